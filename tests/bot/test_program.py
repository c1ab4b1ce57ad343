"""How the parts are joined: what ends the program and what does not."""

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot import program
from bot.program import PartFailed, _every, make_clock, open_database, open_keys, until_stopped
from bot.settings import SettingsError, read_settings
from storage.database import DatabaseAway


async def for_ever() -> None:
    await asyncio.Event().wait()


async def breaks() -> None:
    raise RuntimeError("words of somebody")


async def ends() -> None:
    return


async def test_a_part_that_fails_ends_the_program_and_says_where_without_words_of_people() -> None:
    with pytest.raises(PartFailed, match=r"RuntimeError at tests/bot/test_program.py:\d+$") as caught:
        await until_stopped(asyncio.Event(), [for_ever(), breaks()])

    assert "words of somebody" not in str(caught.value)


async def test_a_part_that_is_done_does_not() -> None:
    stop = asyncio.Event()
    running = asyncio.create_task(until_stopped(stop, [ends(), for_ever()]))
    for _ in range(5):
        await asyncio.sleep(0)
    assert not running.done()

    stop.set()
    await running


async def test_stopping_lets_every_part_come_to_its_end() -> None:
    stop, ended = asyncio.Event(), []

    async def part() -> None:
        try:
            await for_ever()
        finally:
            ended.append(1)

    running = asyncio.create_task(until_stopped(stop, [part(), part()]))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    stop.set()
    await running

    assert ended == [1, 1]


@pytest.mark.parametrize("error", [DatabaseAway("away"), RuntimeError("words of somebody")])
async def test_a_timer_that_fails_is_tried_again(error: Exception, caplog: pytest.LogCaptureFixture) -> None:
    """One case that cannot be reminded of must not end all conversations, at each start anew."""
    tries, again = 0, asyncio.Event()

    async def job() -> None:
        nonlocal tries
        tries += 1
        if tries > 1:
            again.set()
        raise error

    ticking = asyncio.create_task(_every(0.0, job))
    await again.wait()
    ticking.cancel()
    await asyncio.gather(ticking, return_exceptions=True)

    assert "put off" in caplog.text
    assert "words of somebody" not in caplog.text


def test_the_clock_can_be_set_for_tests() -> None:
    begin = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)

    assert make_clock(begin)() - begin < timedelta(seconds=5)
    assert datetime.now(UTC) - make_clock(None)() < timedelta(seconds=5)


class TestKeysAndDatabase:
    @pytest.fixture(autouse=True)
    def nowhere(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.chdir(tmp_path)

    def test_a_key_is_made_once_and_said_so(self, caplog: pytest.LogCaptureFixture) -> None:
        settings = read_settings()
        with caplog.at_level(logging.WARNING):
            first = open_keys(settings)
            second = open_keys(settings)

        assert caplog.text.count("made a new secret key") == 1
        assert second.open(first.seal("moi")) == "moi"

    def test_a_wrong_key_of_the_settings_is_named(self) -> None:
        with pytest.raises(SettingsError, match=r"^MATALA_SECRET_KEY is wrong: "):
            open_keys(read_settings(secret_key="zq"))

    @pytest.mark.parametrize("folder", ["/dev/null", "/proc/zq"])
    async def test_a_data_folder_that_cannot_be_is_named(self, folder: str) -> None:
        with pytest.raises(SettingsError, match=r"^MATALA_DATA_DIR cannot be used: "):
            await open_database(read_settings(data_dir=folder))

    async def test_a_database_that_is_away_at_the_start_is_waited_for(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        """The machine starts, and its PostgreSQL a little later."""
        settings = read_settings(database_url=f"sqlite:///{tmp_path}/there/matala.db")
        (tmp_path / "there").write_text("a file in the way")
        tries: list[float] = []

        async def sleep(seconds: float) -> None:
            tries.append(seconds)
            if len(tries) == 2:
                (tmp_path / "there").unlink()

        monkeypatch.setattr(program.asyncio, "sleep", sleep)

        with pytest.raises(DatabaseAway):
            await open_database(settings)
        database = await open_database(settings, patience=60)

        await database.close()
        assert len(tries) == 2
