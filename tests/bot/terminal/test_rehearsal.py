"""What was said outlives a restart, goes to the right case, and never meets a running bot's messages."""

import json

import pytest
from pydantic import SecretStr

from bot.settings import Settings, SettingsError
from bot.terminal import words
from bot.terminal.rehearsal import alone, apart, frame
from bot.terminal.transcript import plain
from bot.terminal.words import Side
from storage.database import Database, DatabaseAway
from tests.bot.terminal.conftest import OpenStage, Stage

STUDENT, STAFF = Side.STUDENT, Side.STAFF
CLAIM, CLOSE, RELEASE = "Otan tämän", "Sulje", "Vapauta"


async def test_what_was_written_before_a_restart_is_answered_after_it(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        await stage.rehearsal.write(STUDENT, "moi, ahdistaa koulu")
        assert not stage.said(STUDENT)

    async with open_stage() as stage:
        await stage.conversation.settle()

        assert any("Sekasin" in text for text in stage.said(STUDENT))


async def test_an_open_case_can_be_answered_after_a_restart(open_stage: OpenStage) -> None:
    """Its alert is there again, under its old name, and so are the last words that were said."""
    async with open_stage() as stage:
        await stage.write(STUDENT, "moi, ahdistaa koulu")
        await stage.rehearsal.press_anchor()
        await stage.conversation.settle()
        await stage.press(STAFF, CLAIM)

    async with open_stage() as stage:
        [alert] = stage.posts(STAFF)
        assert [button.label for button in alert.flat_buttons] == [RELEASE, CLOSE]
        assert "moi, ahdistaa koulu" in [plain(post.parts) for post in stage.posts(STUDENT) if post.is_own]
        await stage.write(STAFF, "Hei, olen tässä.")

        assert "Hei, olen tässä." in stage.said(STUDENT)[-1]
        assert stage.posts(STAFF)[-1].sign == "👍"


async def test_a_staff_line_answers_the_alert(stage: Stage) -> None:
    """As in Telegram: it is the stored id of the answered message that says where a line goes."""
    await stage.rehearsal.press_anchor()
    await stage.conversation.settle()
    await stage.press(STAFF, CLAIM)

    await stage.write(STAFF, "Hei!")

    alert = next(post for post in stage.posts(STAFF) if post.is_alert)
    own = next(post for post in stage.posts(STAFF) if plain(post.parts) == "Hei!")
    assert own.reply_to == alert.ref
    assert "Hei!" in stage.said(STUDENT)[-1]


async def test_notes_and_commands_stay_among_staff(stage: Stage) -> None:
    await stage.rehearsal.press_anchor()
    await stage.conversation.settle()
    await stage.press(STAFF, CLAIM)
    said_before = stage.said(STUDENT)

    await stage.write(STAFF, "// soita kuraattorille")
    await stage.write(STAFF, "/tapaukset")

    assert stage.said(STUDENT) == said_before
    assert "✍" in [post.sign for post in stage.posts(STAFF)]
    assert "K-1" in stage.said(STAFF)[-1]


async def test_an_older_case_is_answered_by_its_code(stage: Stage) -> None:
    for _ in range(2):
        await stage.rehearsal.press_anchor()
        await stage.conversation.settle()
        await stage.press(STAFF, CLAIM)
        if "K-2" not in stage.said(STAFF)[-1]:
            await stage.press(STAFF, CLOSE)

    await stage.write(STAFF, "@k-1 vielä yksi asia")
    assert "K-1 on suljettu" in stage.said(STAFF)[-1]
    await stage.write(STAFF, "@K-2 ja sinulle")

    assert "ja sinulle" in stage.said(STUDENT)[-1]
    assert not any("vielä yksi asia" in text for text in stage.said(STUDENT))


@pytest.mark.parametrize("text", ["", "   ", "\n", "@K-99 moi", "@K-1"])
async def test_lines_that_lead_nowhere_are_not_sent(stage: Stage, text: str) -> None:
    await stage.write(STAFF, text)

    assert not stage.posts(STAFF)


@pytest.mark.parametrize(
    "text", ["🔴" * 1000, "a" * 5000, "\x00\x1b[2J", "[/bold] [x", "\ud83d", "/", "//", "⚓"], ids=repr
)
async def test_anything_can_be_written(stage: Stage, text: str) -> None:
    await stage.write(STUDENT, text)

    assert stage.said(STUDENT)


async def test_a_message_waits_for_a_database_that_is_away(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And whoever is in danger hears what saves meanwhile."""
    begin, away = stage.program.database.begin, iter([True])

    def sometimes_away(self: Database) -> object:
        if next(away, False):
            raise DatabaseAway("away")
        return begin()

    monkeypatch.setattr(Database, "begin", sometimes_away)
    monkeypatch.setattr("bot.terminal.rehearsal.PATIENCE_WITH_DATABASE", 0.0)
    await stage.rehearsal.write(STUDENT, "haluan tappaa itseni")
    saved_without_database = [text for text in stage.said(STUDENT) if "112" in text]
    await stage.conversation.settle()

    assert len(saved_without_database) == 1
    assert any(post.is_alert for post in stage.posts(STAFF))
    assert not stage.posts(STUDENT)[0].sign


def test_a_rehearsal_has_a_database_of_its_own(settings: Settings) -> None:
    """A running bot's messages wait there for Telegram: a rehearsal would take them."""
    running = settings.model_copy(update={"database_url": "postgresql://bot@db/matala"})

    assert apart(running).database == f"sqlite:///{settings.data_dir.absolute()}/terminal.db"


def test_two_rehearsals_do_not_share_a_folder(settings: Settings) -> None:
    with alone(settings), pytest.raises(SettingsError, match="already running"), alone(settings):
        pass
    with alone(settings):
        pass


def test_a_folder_that_cannot_be_written_to_is_named_by_its_setting(settings: Settings) -> None:
    settings.data_dir.write_text("a file, not a folder")

    with pytest.raises(SettingsError, match="MATALA_DATA_DIR"), alone(settings):
        pass


def test_the_frame_tells_the_truth(settings: Settings) -> None:
    with_token = Settings(telegram_token=SecretStr("1:a"), data_dir=settings.data_dir)

    assert words.NO_TOKEN in frame(settings)
    assert words.NO_TOKEN not in frame(with_token)
    assert "112" in frame(with_token)
    assert "1:a" not in json.dumps(frame(with_token))
