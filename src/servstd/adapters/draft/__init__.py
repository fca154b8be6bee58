"""A first mapping for a log that nobody has mapped yet: guessed from its columns, to be read and corrected."""

from servstd.adapters.draft.look import MOST_ROWS, Column, Look, look_at
from servstd.adapters.draft.make import Draft, Guess, draft_mapping
from servstd.adapters.draft.render import render_draft

__all__ = ["MOST_ROWS", "Column", "Draft", "Guess", "Look", "draft_mapping", "look_at", "render_draft"]
