"""The terminal as a channel: what comes in is read like any update, what goes out is shown or refused."""

from datetime import UTC, datetime

import pytest

from bot.channel import (
    Button,
    Copy,
    Edit,
    MalformedUpdate,
    Part,
    PressAnswer,
    Reaction,
    Refused,
    Sent,
    StaffTurn,
    Turn,
    Wait,
    text_message,
)
from bot.terminal.channel import CHATS, TerminalChannel, pressed, read, written
from bot.terminal.transcript import Post, Transcript
from bot.terminal.words import Side

NOON = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
STUDENT, STAFF = CHATS[Side.STUDENT], CHATS[Side.STAFF]


@pytest.fixture
def transcript() -> Transcript:
    return Transcript()


@pytest.fixture
def channel(transcript: Transcript) -> TerminalChannel:
    return TerminalChannel(transcript, lambda: NOON)


@pytest.mark.parametrize(
    ("text", "command", "rest"),
    [
        ("moi", "", "moi"),
        ("/Apua", "apua", ""),
        ("/start kuopio-anxiety", "start", "kuopio-anxiety"),
        ("// jää meille", "", "// jää meille"),
        ("/ei näin", "ei", "näin"),
        ("/äiti", "", "/äiti"),
    ],
)
def test_commands_are_told_from_words(text: str, command: str, rest: str) -> None:
    turn = read(written(Side.STUDENT, "1", text))

    assert isinstance(turn, Turn)
    assert (turn.command, turn.text) == (command, rest)


def test_a_staff_line_carries_what_it_answers_and_who_wrote_it() -> None:
    turn = read(written(Side.STAFF, "2", "Hei", reply_to="1"))

    assert isinstance(turn, StaffTurn)
    assert (turn.chat, turn.reply_to, turn.text, bool(turn.staff)) == (STAFF, "1", "Hei", True)


def test_a_press_names_the_message_it_is_below() -> None:
    turn = read(pressed(Side.STUDENT, "7", "menu"))

    assert isinstance(turn, Turn)
    assert (turn.ref, turn.press, bool(turn.press_id)) == ("7", "menu", True)


@pytest.mark.parametrize(
    "raw", ["", "[]", "null", "{}", '{"side":"kissa","ref":"1"}', '{"side":["x"],"ref":1}']
)
def test_what_we_did_not_write_is_malformed(raw: str) -> None:
    with pytest.raises(MalformedUpdate):
        read(raw)


async def test_a_message_is_shown_under_a_name_of_its_own(
    channel: TerminalChannel, transcript: Transcript
) -> None:
    first = await channel.send(text_message(STUDENT, "yksi", anchor="⚓ Ihmiselle"))
    second = await channel.send(text_message(STUDENT, "kaksi"))

    assert isinstance(first, Sent)
    assert isinstance(second, Sent)
    assert [post.ref for post in transcript.pages[Side.STUDENT].posts] == [first.ref, second.ref]
    assert transcript.anchor == "⚓ Ihmiselle"
    assert not transcript.pages[Side.STAFF].posts


async def test_edits_and_signs_change_the_post(channel: TerminalChannel, transcript: Transcript) -> None:
    transcript.add(Side.STAFF, Post("7", NOON, (Part("hälytys"),), buttons=((Button("Otan", "claim:K-1"),),)))

    await channel.send(Edit(STAFF, "7", (), ((Button("Sulje", "close:K-1"),),)))
    await channel.send(Reaction(STAFF, "7", "👍"))

    [post] = transcript.pages[Side.STAFF].posts
    assert (post.parts, post.flat_buttons[0].label, post.sign) == ((Part("hälytys"),), "Sulje", "👍")


async def test_changes_of_what_is_gone_are_done_with(channel: TerminalChannel) -> None:
    """An alert of before a restart whose case is closed is not on the screen any more."""
    assert isinstance(await channel.send(Edit(STAFF, "long ago", ())), Sent)
    assert isinstance(await channel.send(Reaction(STAFF, "long ago", "👍")), Sent)


async def test_what_a_terminal_cannot_show_is_refused(channel: TerminalChannel) -> None:
    assert isinstance(await channel.send(Copy(STAFF, STUDENT, "1")), Refused)
    assert isinstance(await channel.send(text_message("telegram:1", "moi")), Refused)
    assert isinstance(await channel.open_thread(STAFF, "K-1"), Refused)


async def test_nothing_counts_as_sent_when_nobody_reads_our_output(
    channel: TerminalChannel, transcript: Transcript
) -> None:
    """`matala chat | head`: the rest waits in the outbox and is shown at the next start."""

    class ClosedPipe:
        def on_post(self, side: Side, post: Post) -> None:
            raise BrokenPipeError

        def on_change(self, side: Side, post: Post) -> None: ...
        def on_notice(self, side: Side, text: str) -> None: ...

    transcript.view = ClosedPipe()

    assert isinstance(await channel.send(text_message(STUDENT, "moi")), Wait)


async def test_the_words_of_a_press_answer_are_said_in_passing(
    channel: TerminalChannel, transcript: Transcript
) -> None:
    said: list[str] = []

    class Notices:
        def on_post(self, side: Side, post: Post) -> None: ...
        def on_change(self, side: Side, post: Post) -> None: ...
        def on_notice(self, side: Side, text: str) -> None:
            said.append(f"{side}: {text}")

    transcript.view = Notices()
    await channel.send(PressAnswer(STAFF, "1", "K-1 on nyt sinun."))
    await channel.send(PressAnswer(STAFF, "2"))

    assert said == ["henkilökunta: K-1 on nyt sinun."]
