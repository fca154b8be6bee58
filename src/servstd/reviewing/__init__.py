"""The reviewers' half: which records a person looks at, the form they fill in, and their answers on the way back."""

from servstd.reviewing.answers import Answer, Answers, read_answers
from servstd.reviewing.sample import Sample, draw_sample, read_sample
from servstd.reviewing.wanted import Candidate, candidates

__all__ = ["Answer", "Answers", "Candidate", "Sample", "candidates", "draw_sample", "read_answers", "read_sample"]
