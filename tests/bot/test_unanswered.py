"""`matala unanswered`: near texts together, the biggest first; a keeper attaches or drops them."""

import json
import shutil
from pathlib import Path

import pytest

from bot.program import open_database
from bot.settings import Settings, read_settings
from bot.unanswered import NoSuchMessage, Rewriting, attach_to, clusters, drop, show
from content.library import PACKS_DIR
from content.phrasebook import CannotAttach, attach
from storage import unanswered
from storage.unanswered import Unanswered
from tests.bot.conftest import Small
from tests.fakes import PERSON, writes

TEXTS = [
    *("mistä saa parkkiluvan", "parkkilupa mistä", "Mistä saa parkkiluvan?"),
    *("onko teillä koiria", "kuka on rehtori", "kuka on meidän rehtori"),
]


def made(*texts: str) -> list[Unanswered]:
    return [
        Unanswered(f"id{number}", text, "fi", "declined", ("travel",)) for number, text in enumerate(texts)
    ]


def test_near_texts_are_together_and_the_biggest_first() -> None:
    found = clusters(made(*TEXTS))

    assert [sorted(each.texts) for each in found] == [
        ["Mistä saa parkkiluvan?", "mistä saa parkkiluvan", "parkkilupa mistä"],
        ["kuka on meidän rehtori", "kuka on rehtori"],
        ["onko teillä koiria"],
    ]


def test_the_most_frequent_text_stands_for_its_cluster() -> None:
    [found] = clusters(made("parkkilupa mistä", "mistä saa parkkiluvan", "mistä saa parkkiluvan"))

    assert next(iter(found.texts)) == "mistä saa parkkiluvan"


@pytest.mark.parametrize("texts", [("häh",), ("👀", "?!", "  "), ("a", "a", "a")])
def test_texts_that_tell_nothing_are_listed_too(texts: tuple[str, ...]) -> None:
    assert sum(len(each.messages) for each in clusters(made(*texts))) == len(texts)


def test_the_same_text_many_times_is_one_cluster() -> None:
    """A feature that hundreds share is nobody's mark for the matcher; a text that hundreds write must be found."""
    assert len(clusters(made(*["mistä saa parkkiluvan"] * 500, "mistä parkkiluvan saa"))) == 1


class Keeper:
    """Calls what the command calls; what it said is `said`."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.said: list[str] = []

    async def lists(self, *, limit: int = 20, is_json: bool = False, is_done: bool = False) -> str:
        self.said.clear()
        await show(self.settings, self.said.append, limit=limit, is_json=is_json, is_done=is_done)
        return "\n".join(self.said)

    async def attaches(self, reference: str, topic: str, rewriting: Rewriting | None = None) -> str:
        self.said.clear()
        await attach_to(self.settings, reference, topic, self.said.append, rewriting)
        return "\n".join(self.said)

    async def drops(self, *references: str) -> str:
        self.said.clear()
        await drop(self.settings, references, self.said.append)
        return "\n".join(self.said)


@pytest.fixture
async def keeper(small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Keeper:
    """A keeper on a server, with packs of their own; some messages wait."""
    packs = tmp_path / "packs"
    shutil.copytree(PACKS_DIR, packs)

    def attach_here(*given: object, **named: object) -> object:
        return attach(*given, **named, packs_dir=packs)  # type: ignore[arg-type]

    monkeypatch.setattr("bot.unanswered.attach", attach_here)
    settings = read_settings(data_dir=tmp_path / "data", pack="sakky")
    database = await open_database(settings)
    async with database.begin() as session:
        for text in TEXTS:
            await unanswered.put(
                session, text, language="fi", outcome="declined", guesses=("travel",), at=small.now
            )
    await database.close()
    return Keeper(settings)


async def test_a_keeper_sees_counts_and_guesses(keeper: Keeper) -> None:
    listed = (await keeper.lists(limit=1)).splitlines()

    assert "3 messages" in listed[0]
    assert "declined 3" in listed[0]
    assert "guessed: travel 3" in listed[0]
    assert any(line.endswith("1 x  parkkilupa mistä") for line in listed)
    assert listed[-1].startswith("... and 2 smaller ones")


async def test_tools_get_a_line_of_json_for_each_cluster(keeper: Keeper) -> None:
    lines = [json.loads(line) for line in (await keeper.lists(is_json=True)).splitlines()]

    assert [line["count"] for line in lines] == [3, 2, 1]
    assert lines[0]["guesses"] == {"travel": 3}
    assert {text["text"] for text in lines[1]["texts"]} == {"kuka on rehtori", "kuka on meidän rehtori"}


async def test_a_cluster_is_attached_in_one_step_and_waits_no_more(keeper: Keeper, tmp_path: Path) -> None:
    cluster = json.loads(await keeper.lists(is_json=True, limit=1))["cluster"]

    told = await keeper.attaches(cluster, "travel")

    written = (tmp_path / "packs" / "common" / "phrases" / "travel.yaml").read_text()
    assert "    - parkkilupa mistä\n" in written
    assert "+    - parkkilupa mistä" in told.splitlines()
    assert "parkkilupa" not in await keeper.lists()
    assert "parkkilupa" in await keeper.lists(is_done=True)


async def test_one_text_is_attached_by_its_own_id(keeper: Keeper, tmp_path: Path) -> None:
    first = json.loads((await keeper.lists(is_json=True)).splitlines()[0])
    [chosen] = [text["ids"][0] for text in first["texts"] if text["text"] == "parkkilupa mistä"]

    await keeper.attaches(chosen, "travel")

    assert "parkkilupa mistä" not in await keeper.lists()
    assert "mistä saa parkkiluvan" in await keeper.lists()


async def test_a_masked_text_needs_a_keepers_own_words(keeper: Keeper, small: Small, tmp_path: Path) -> None:
    """ "[nimi]" is no phrase, and the name that stood there must not become one."""
    database = await open_database(keeper.settings)
    async with database.begin() as session:
        await unanswered.put(
            session, "oon [nimi] kuis asuntola", language="fi", outcome="asked", guesses=(), at=small.now
        )
        [masked] = [each.id for each in await unanswered.everything(session) if "[nimi]" in each.text]
    await database.close()

    with pytest.raises(CannotAttach, match="--as"):
        await keeper.attaches(masked, "housing")
    await keeper.attaches(masked, "housing", Rewriting(wording="kuis se kvzqx asuntola"))

    written = (tmp_path / "packs" / "common" / "phrases" / "housing.yaml").read_text()
    assert "    - kuis se kvzqx asuntola\n" in written
    assert "[nimi]" not in written


async def test_a_failed_attachment_leaves_the_messages_waiting(keeper: Keeper) -> None:
    before = await keeper.lists()
    cluster = before.split()[0]

    with pytest.raises(CannotAttach):
        await keeper.attaches(cluster, "no-such-topic")

    assert await keeper.lists() == before


async def test_what_teaches_nothing_is_dropped(keeper: Keeper) -> None:
    cluster = json.loads(await keeper.lists(is_json=True, limit=1))["cluster"]

    assert await keeper.drops(cluster) == "Deleted: 3 messages."
    assert "parkki" not in await keeper.lists() + await keeper.lists(is_done=True)


async def test_what_is_not_there_is_said(keeper: Keeper) -> None:
    with pytest.raises(NoSuchMessage):
        await keeper.drops("c-nothing")
    with pytest.raises(NoSuchMessage):
        await keeper.attaches("nothing", "travel")


# ---------------------------------------------------------------- how a row comes to be


async def waiting(small: Small) -> list[Unanswered]:
    async with small.database.begin() as session:
        return await unanswered.everything(session)


async def test_the_worker_keeps_what_the_bot_declined(small: Small) -> None:
    await small.receives(writes(PERSON, "kvzqx flrbn, oon Xqilva"), chat=PERSON)

    await small.handles()

    [kept] = await waiting(small)
    assert kept.text == "kvzqx flrbn, oon [nimi]"


async def test_the_worker_keeps_what_the_person_did_not_mean(small: Small) -> None:
    await small.receives(writes(PERSON, "mistä saan opintotukea?"), chat=PERSON)
    await small.handles()

    press = {"press": "not-meant:student-finance", "press_id": "1"}
    await small.receives(writes(PERSON, "", **press), writes(PERSON, "", **press), chat=PERSON)
    await small.handles()

    [kept] = await waiting(small)
    assert (kept.text, kept.outcome) == ("mistä saan opintotukea?", "not-meant")


@pytest.mark.parametrize("text", ["haluun kuolla", "en jaksa enää mitään", "kvzqx haluun kuolla flrbn"])
async def test_the_worker_keeps_nothing_of_danger(small: Small, text: str) -> None:
    await small.receives(writes(PERSON, text), writes(PERSON, "flrbn kvzqx"), chat=PERSON)

    await small.handles()

    assert await waiting(small) == []


async def test_a_message_that_is_rolled_back_leaves_no_row(
    small: Small, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The row is part of the turn: tried again, it must not be there twice."""

    async def fail(*_: object, **__: object) -> None:
        raise ValueError("a fault of ours")

    with monkeypatch.context() as broken:
        broken.setattr("bot.worker.inbox.done", fail)
        await small.receives(writes(PERSON, "kvzqx flrbn"), chat=PERSON)
        await small.handles()
        after_failure = await waiting(small)
    small.waits(5)
    await small.handles()

    assert after_failure == []
    assert len(await waiting(small)) == 1


async def test_forgetting_finds_no_way_from_a_person_to_what_was_kept(small: Small) -> None:
    """So it stays until its date: docs/privacy.md says so, and so does /tietosuoja."""
    await small.receives(writes(PERSON, "kvzqx flrbn"), chat=PERSON)
    await small.receives(writes(PERSON, "", command="unohda"), chat=PERSON)
    await small.receives(writes(PERSON, "", press="forget:yes", press_id="1"), chat=PERSON)

    await small.handles()

    assert [each.text for each in await waiting(small)] == ["kvzqx flrbn"]
