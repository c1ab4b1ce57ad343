"""What becomes of a message after an attempt to send it: it is settled, or tried again, and when."""

from datetime import datetime, timedelta

from bot.channel import Outcome, Refusal, Refused, Sent, Unsure, Wait
from storage.outbox import Due, Settled, State, goes_once

AGAIN_AFTER = 1.0  # seconds before a lost answer leads to a second copy; doubled each time. An ordinary reply
# is sent again once, what saves as often as it takes.
SLOWEST = 60.0  # seconds between tries at most, however long a channel is away
LONGEST_WAIT = 3600.0  # seconds that a channel may ask us to wait


def settled(row: Due, outcome: Outcome, *, now: datetime) -> Settled:
    """Turn an outcome into the row's next state."""
    match outcome:
        case Sent(ref):
            return Settled(row.outbox_id, State.SENT, sent_ref=ref or None)
        case Wait(seconds, reason, is_its_own):
            return Settled(
                row.outbox_id,
                State.NEW,
                refusal=reason,
                retry_at=now + timedelta(seconds=min(seconds, LONGEST_WAIT)),
                is_blameless=not is_its_own,
            )
        case Unsure(reason) if not is_last_copy(row) and not goes_once(row.priority):
            wait = min(AGAIN_AFTER * 2 ** min(row.attempts - 1, 10), SLOWEST)
            return Settled(
                row.outbox_id, State.UNCERTAIN, refusal=reason, retry_at=now + timedelta(seconds=wait)
            )
        case Unsure(reason):
            return Settled(
                row.outbox_id, State.UNCERTAIN, refusal=reason
            )  # it may have arrived twice already, or it is a bulletin, which goes once
        case Refused(Refusal.MOVED):
            return Settled(row.outbox_id, State.NEW, retry_at=now)
        case Refused(_, reason):
            return Settled(row.outbox_id, State.REFUSED, refusal=reason)


def is_last_copy(row: Due) -> bool:
    """Tell whether a copy may have arrived already, and this one is the last that may go out."""
    return row.state_before is State.UNCERTAIN and not row.important
