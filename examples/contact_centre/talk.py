"""One phone call while it is being written down: its clock, its events, its turns."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from examples.clock import Dice, Office
from examples.contact_centre.people import NAMES, OFFICES, ORGANISATION
from examples.contact_centre.rows import Row, event, stamp

# The desk software in New York has a button for each of these, so there a missing event means that it did not happen.
# The older phones in London have none: what was asked can only be heard.
CONSOLE_EVENTS = (
    "hold_request",
    "hold_consent",
    "hold_refusal",
    "transfer_request",
    "transfer_consent",
    "transfer_refusal",
)


class Talk:
    """A call of one agent. `now` moves on as people speak, ring and wait."""

    def __init__(self, dice: Dice, team: str, agent: str, at: datetime) -> None:
        self.dice, self.team, self.agent, self.now = dice, team, agent, at
        self.events: list[Row] = []
        self.turns: list[Row] = []
        self.columns: dict[str, Any] = {}

    @property
    def office(self) -> Office:
        return OFFICES[self.team]

    @property
    def has_console(self) -> bool:
        return self.team != "london"

    def wait(self, low: int, high: int) -> None:
        """Between `low` and `high` seconds pass."""
        self.now += timedelta(seconds=self.dice.whole(low, high))

    def note(self, kind: str, **attributes: Any) -> None:
        """An event now, if the phones of this team log it."""
        if self.has_console or kind not in CONSOLE_EVENTS:
            self.events.append(event(kind, self.now, self.office, **attributes))

    def say(self, speaker: str, lines: Sequence[str], **words: str) -> None:
        """One of the lines, at about fourteen characters a second."""
        text = self.fill(self.dice.pick(lines), **words)
        start = self.now
        self.wait(2, 3)
        self.now += timedelta(seconds=len(text) // 14)
        span = {"at": stamp(start, self.office), "until": stamp(self.now, self.office)}
        self.turns.append({"speaker": speaker, "text": text, **span})
        self.wait(0, 2)

    def fill(self, line: str, **words: str) -> str:
        hour = self.now.astimezone(self.office.zone).hour
        daytime = "morning" if hour < 12 else "afternoon" if hour < 18 else "evening"
        return line.format(company=ORGANISATION, name=words.pop("name", NAMES[self.agent]), daytime=daytime, **words)
