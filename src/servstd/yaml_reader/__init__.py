"""Strict YAML with the place of every key and value: YAML 1.2 scalars, no aliases, no tags, no duplicate keys."""

from servstd.yaml_reader.marks import Mark, MarkedDict, MarkedList, locate, merge_marks, place, plain
from servstd.yaml_reader.read import read_yaml, read_yaml_file

__all__ = ["Mark", "MarkedDict", "MarkedList", "locate", "merge_marks", "place", "plain", "read_yaml", "read_yaml_file"]
