"""Signals: what in a run of figures, or among several groups, is more than chance."""
