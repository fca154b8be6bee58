"""Objectives that are no rule of one record: queue, times, resolution, routing, complaints, surveys, retention.

Each takes records or plain rows and gives a `Figure`. Plain rows are the dataclasses of these modules, or mappings
with their names as keys. docs/reference/objectives.md lists them all.
"""
