"""The words that kinds of check share: conditions, event references, anchors, targets and pauses.

Each is read from YAML once, with all its problems, into a frozen object that answers quickly.
"""
