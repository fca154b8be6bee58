"""Text cues: what was said, found by phrases that are data.

A cue family is a list of phrases in a small language of our own (`servstd.cues.phrase`), compiled to a machine that
reads each text once. A hit may decide; a miss says little, for nobody lists all the ways to say a thing.
"""

from servstd.cues.dates import find_dates
from servstd.cues.family import CueFamily, Hit
from servstd.cues.names import Names
from servstd.cues.read import parse_cues
from servstd.cues.replies import Replies, classify_reply, parse_replies
from servstd.cues.words import Tokens, tokenise

__all__ = [
    "CueFamily",
    "Hit",
    "Names",
    "Replies",
    "Tokens",
    "classify_reply",
    "find_dates",
    "parse_cues",
    "parse_replies",
    "tokenise",
]
