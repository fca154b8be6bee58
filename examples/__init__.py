"""Runnable examples. README.md says what is what."""
