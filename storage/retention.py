"""Forgets on time: how long each thing is kept, and why; and deletes what is due."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Period:
    """How long something is kept, counted from `since`, and why not shorter."""

    keep: timedelta
    since: str
    why: str


RETENTION = {
    "turns": Period(timedelta(days=30), "said", "staff see what was said before the handoff"),
    "open case": Period(
        timedelta(days=180), "opened", "nobody who waits is dropped; closed, loudly, after that"
    ),
    "closed case": Period(timedelta(days=90), "closed", "a question about a case may come after it"),
    "contacts": Period(timedelta(days=180), "last seen", "a person comes back after the summer"),
    "inbox": Period(timedelta(days=14), "received", "a channel may bring an update again; emptied when done"),
    "unsettled outbox": Period(timedelta(days=30), "written", "not deleted before it is settled"),
    "settled outbox": Period(timedelta(days=7), "settled", "staff ask whether a message went out"),
    "staff codes": Period(timedelta(days=7), "made", "an administrator sees which code bound which group"),
    "feedback": Period(timedelta(days=400), "counted", "this year is compared with the last; counts only"),
    "counters": Period(timedelta(days=400), "counted", "the same"),
}
