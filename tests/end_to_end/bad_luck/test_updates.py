"""Updates that nobody foresaw, and a program that fails on what it reads: humans hear of it, the channel goes on."""

import asyncio
import os
import sqlite3
import sys
from contextlib import closing

import pytest

from bot.worker import DEATHS
from tests.end_to_end.bad_luck.scene import DANGER, Scene, texts
from tests.end_to_end.nursery import BREAKS
from tests.end_to_end.program import READY_WITHIN, ROOT

pytestmark = pytest.mark.asyncio(loop_scope="session")

NOT_HANDLED, MALFORMED = "Ohjelma epäonnistui tämän viestin kohdalla", "jota ohjelma ei osannut lukea"
CHAT = {"id": 77, "type": "private"}


def counters(scene: Scene) -> dict[str, int]:
    with closing(sqlite3.connect(scene.data / "matala.db")) as connection:
        return dict(connection.execute("SELECT kind, count FROM counters").fetchall())


async def listed(scene: Scene) -> str:
    """Ask the real command what it counted, beside the running program."""
    settings = {name: value for name, value in scene.settings().items() if name != "MATALA_TELEGRAM_TOKEN"}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot.cli", "counts"),
        cwd=ROOT,
        env={"PATH": os.defpath, **settings},
        stdout=asyncio.subprocess.PIPE,
    )
    told, _ = await asyncio.wait_for(process.communicate(), READY_WITHIN)
    return told.decode()


async def test_kinds_that_nobody_knows_are_counted_and_the_channel_goes_on(scene: Scene) -> None:
    await scene.begins()
    person = scene.person()

    scene.telegram.sends_raw({"brand_new_kind": {"chat": CHAT, "words": "zq"}}, chat=person)
    await person.writes("moi")

    await person.hears("Moi")
    assert counters(scene) == {"ignored brand_new_kind": 1}
    assert "     1 ignored brand_new_kind" in await listed(scene)
    assert await scene.births.says("first of its kind today kind=brand_new_kind")
    assert scene.group.from_bot() == []


@pytest.mark.parametrize(
    "content",
    [
        pytest.param({}, id="nothing in it"),
        pytest.param({"message": "moi"}, id="a message that is none"),
        pytest.param({"message": {"chat": CHAT}}, id="a message without number and date"),
        pytest.param(
            {"message": {"message_id": 1, "date": 1, "chat": {"id": "x"}, "text": ["moi"]}}, id="wrong types"
        ),
    ],
)
async def test_what_cannot_be_read_is_kept_counted_and_reported_and_the_channel_goes_on(
    content: dict[str, object], scene: Scene
) -> None:
    await scene.begins()
    person = scene.person()

    scene.telegram.sends_raw(content, chat=person)
    await person.writes("moi")

    await person.hears("Moi")
    await scene.group.hears(MALFORMED)
    assert counters(scene) == {"malformed update": 1}
    assert "Given up and kept for 14 days: 1" in await listed(scene)
    with closing(sqlite3.connect(scene.data / "matala.db")) as connection:
        assert connection.execute(
            "SELECT count(*) FROM inbox WHERE is_failed AND raw NOT NULL"
        ).fetchone() == (1,)


async def test_a_date_beyond_time_is_no_reason_not_to_answer(scene: Scene) -> None:
    await scene.begins()
    person = scene.person()
    await person.writes("moi")
    await person.hears("Moi")

    message = {
        "message_id": 99,
        "date": 10**25,
        "chat": {"id": person.id, "type": "private"},
        "from": {"id": person.id, "is_bot": False, "first_name": "A"},
        "text": "kiitos avusta",
    }
    scene.telegram.sends_raw({"message": message}, chat=person)

    await person.hears("Ole hyvä")


async def test_half_a_character_is_no_reason_to_stop(scene: Scene) -> None:
    """A surrogate without its other half is valid in JSON and nowhere else."""
    await scene.begins()
    person = scene.person()
    await person.writes("moi")
    await person.hears("Moi")

    scene.telegram.sends_raw(
        {
            "message": {
                "message_id": 5,
                "date": 1_790_000_000,
                "chat": {"id": person.id, "type": "private"},
                "from": {"id": person.id, "is_bot": False, "first_name": "\ud83d"},
                "text": "mistä saan opintotukea \ud83d",
            }
        },
        chat=person,
    )

    await person.hears(lambda _: True)
    assert scene.group.from_bot() == []


async def test_what_the_program_fails_on_goes_to_humans_and_its_writer_hears_where_help_is(
    scene: Scene,
) -> None:
    await scene.begins("handler")
    person, other = scene.person(), scene.person()

    await person.writes(f"minulla {BREAKS} zq1 kaikki")
    await other.writes("moi")

    await other.hears("Moi", within=3)
    await person.hears("112", within=15)
    note = await scene.group.hears(NOT_HANDLED, within=15)
    assert "zq1" in note.text
    await person.writes("moi")
    await person.hears(lambda _: True)
    assert len(texts(person, "112")) == 1


async def test_who_is_in_danger_hears_what_saves_at_the_first_failure(scene: Scene) -> None:
    await scene.begins("handler")
    person = scene.person()

    await person.writes(DANGER.format(tag=f"{BREAKS} zq2"))

    await person.hears("112", within=0.9)
    note = await scene.group.hears(NOT_HANDLED, within=15)
    assert "zq2" in note.text


async def test_when_even_the_rescue_fails_112_is_named_and_staff_hear_that_somebody_wrote(
    scene: Scene,
) -> None:
    await scene.begins("handler", "rescue")
    person = scene.person()

    await person.writes(f"{BREAKS} zq3")

    await person.hears("112")
    await scene.group.hears("Joku kirjoitti", within=15)
    await person.writes("moi")
    await person.hears("Moi")


async def test_when_the_understanding_breaks_it_is_taken_for_danger(scene: Scene) -> None:
    await scene.begins("engine")
    person = scene.person()

    await person.writes(f"missä {BREAKS} zq4")

    await person.hears("112")
    await scene.telegram.until(lambda: scene.alerts("zq4"))


@pytest.mark.parametrize("count", [1, 60])
async def test_what_was_fetched_and_not_kept_is_fetched_again(count: int, scene: Scene) -> None:
    """Killed with updates in its hands; stock polling lost four of five."""
    people = [scene.person() for _ in range(count)]
    await scene.births.bear(scene.settings(), point="fetched")
    await scene.telegram.quiet()
    scene.births.arm()
    for person in people:
        await person.writes("moi")
    assert await scene.births.buried(within=10)
    assert not any(texts(person) for person in people)

    await scene.begins()

    await scene.telegram.until(lambda: all(texts(person) for person in people), within=30)
    assert [len(texts(person)) for person in people] == [1] * count


async def test_what_kills_the_program_again_and_again_goes_to_humans_unjudged(scene: Scene) -> None:
    """It came and was handled in one transaction, so no row told of it: a file does."""
    person, other = scene.person(), scene.person()
    await scene.begins("process")
    await person.writes(f"minulla {BREAKS} zq9 131052-308T")
    for deaths in range(1, DEATHS + 1):
        assert await scene.births.buried(within=10), f"death {deaths}"
        await scene.births.bear(scene.settings(), "process", waits=False)

    await person.hears("112", within=20)
    note = await scene.group.hears("kaatoi ohjelman monta kertaa", within=10)
    assert "zq9 [henkilötunnus]" in note.text
    await other.writes("moi")
    await other.hears("Moi")
    await person.writes("moi")
    await person.hears(lambda seen: "112" not in seen.text)
    assert len(texts(person, "En osannut käsitellä")) == 1
