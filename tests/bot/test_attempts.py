"""What becomes of a message after an attempt: wait, once more, never again; twice rather than never."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.attempts import LONGEST_WAIT, SLOWEST, is_last_copy, settled
from bot.channel import Outcome, Refusal, Refused, Sent, Unsure, Wait
from storage.outbox import Due, Priority, Settled, State

FIRST = Due(
    outbox_id=7,
    chat="fake:1",
    chat_key="key",
    body="{}",
    priority=Priority.REPLY,
    attempts=1,
    important=False,
    case_id=None,
    inbox_id=None,
    state_before=State.NEW,
)
COPY = replace(FIRST, attempts=2, state_before=State.UNCERTAIN)
ALERT = replace(COPY, important=True)
BULLETIN = replace(FIRST, priority=Priority.BULK)
LOST = Unsure("TimedOut")


@pytest.mark.parametrize(
    ("row", "outcome", "expected"),
    [
        pytest.param(FIRST, Sent("55"), Settled(7, State.SENT, sent_ref="55"), id="taken"),
        pytest.param(FIRST, Sent(""), Settled(7, State.SENT), id="taken by a channel that names nothing"),
        pytest.param(
            COPY, LOST, Settled(7, State.UNCERTAIN, refusal="TimedOut"), id="the last copy was lost"
        ),
        pytest.param(
            BULLETIN, LOST, Settled(7, State.UNCERTAIN, refusal="TimedOut"), id="a bulletin was lost"
        ),
        pytest.param(
            FIRST,
            Refused(Refusal.BLOCKED, "Forbidden"),
            Settled(7, State.REFUSED, refusal="Forbidden"),
            id="no",
        ),
    ],
)
def test_what_is_settled_for_good(row: Due, outcome: Outcome, expected: Settled, noon: datetime) -> None:
    assert settled(row, outcome, now=noon) == expected


@pytest.mark.parametrize(
    ("row", "outcome", "state", "seconds"),
    [
        pytest.param(FIRST, Wait(30, "asked to wait"), State.NEW, 30, id="told to wait"),
        pytest.param(FIRST, Wait(1e30, "asked to wait"), State.NEW, LONGEST_WAIT, id="told to wait for ever"),
        pytest.param(FIRST, LOST, State.UNCERTAIN, 1, id="the first copy was lost"),
        pytest.param(ALERT, LOST, State.UNCERTAIN, 2, id="a copy of an alert was lost"),
        pytest.param(replace(ALERT, attempts=999), LOST, State.UNCERTAIN, SLOWEST, id="so was its 999th"),
        pytest.param(FIRST, Refused(Refusal.MOVED, "", "fake:-7"), State.NEW, 0, id="the group is elsewhere"),
    ],
)
def test_what_is_tried_again_and_when(
    row: Due, outcome: Outcome, state: State, seconds: float, noon: datetime
) -> None:
    found = settled(row, outcome, now=noon)

    assert (found.state, found.retry_at) == (state, noon + timedelta(seconds=seconds))


@pytest.mark.parametrize("is_its_own", [False, True])
def test_a_channel_that_takes_nothing_from_anybody_is_no_fault_of_the_message(
    is_its_own: bool, noon: datetime
) -> None:
    found = settled(FIRST, Wait(2, "stumbled", is_its_own=is_its_own), now=noon)

    assert found.is_blameless is not is_its_own


@pytest.mark.parametrize(("row", "is_last"), [(FIRST, False), (COPY, True), (ALERT, False)])
def test_an_ordinary_message_has_two_copies_and_what_saves_has_as_many_as_it_takes(
    row: Due, is_last: bool
) -> None:
    assert is_last_copy(row) is is_last
