"""`matala unanswered`: what people wrote and the bot did not understand, for the keepers of content.

It is read on the server alone, by whoever has the database and its key; no chat ever shows it.
"""

import json
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot.dialogue.masking import MASKED
from bot.program import open_database_there_is
from bot.settings import Settings
from content.phrasebook import Attached, CannotAttach, attach
from intents.knowledge import STEPS, Example, Knowledge, plain
from intents.language import ANSWERED, Language
from intents.text import normalise, tokens
from storage import unanswered
from storage.database import Database
from storage.unanswered import Unanswered

Say = Callable[[str], None]
CLUSTER = "c-"  # before the id of any message in it
# As near as "mistä saa parkkiluvan" and "parkkilupa mistä" (0.58), "kuka on rehtori" and "rehtorin nimi" (0.40); what
# shares a frame alone ("saako kissan tuoda", "miten saan parkkiluvan koululle") is at 0.31.
NEAR = 0.4


class NoSuchMessage(Exception):  # noqa: N818
    """A message or cluster that is not there."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """Messages that say nearly the same; the first text is the one that stands for it."""

    messages: tuple[Unanswered, ...]

    @property
    def id(self) -> str:
        """What a keeper names it by; the id of any of its messages does as well."""
        return CLUSTER + self.messages[0].id

    @property
    def texts(self) -> Mapping[str, list[Unanswered]]:
        """The messages by their text, the first first."""
        found: dict[str, list[Unanswered]] = {}
        for message in self.messages:
            found.setdefault(message.text, []).append(message)
        return found

    def counted(self, what: Callable[[Unanswered], Sequence[str]]) -> dict[str, int]:
        """Count something of the messages, the most frequent first."""
        return dict(Counter(each for message in self.messages for each in what(message)).most_common())


def clusters(messages: Sequence[Unanswered]) -> list[Cluster]:
    """Put near texts together, the biggest first: each goes to the nearest of the most frequent that came before."""
    same: dict[str, list[Unanswered]] = {}
    for message in sorted(messages, key=lambda each: (each.text, each.id)):
        same.setdefault(_plain(message.text), []).append(message)
    groups = sorted(same.items(), key=lambda each: (-len(each[1]), len(each[0]), each[0]))
    near = _Nearness([text for text, _ in groups])
    gathered: dict[int, list[Unanswered]] = {}
    for number, (text, group) in enumerate(groups):
        leader = near.of(text, list(gathered))
        gathered.setdefault(number if leader is None else leader, []).extend(group)
    found = [Cluster(tuple(each)) for each in gathered.values()]
    return sorted(found, key=lambda each: -len(each.messages))


def _plain(text: str) -> str:
    return plain(tokens(normalise(text))) or text


class _Nearness:
    """How near texts are to each other, by what the matcher compares them by."""

    def __init__(self, texts: Sequence[str]) -> None:
        from intents.learning import learn  # here: it needs scipy, which takes a while

        self._knowledge: Knowledge = learn([Example(text, is_strange=True) for text in texts])
        # Texts without a word are not learnt, and near to nothing.
        row_of = {text: row for row, text in enumerate(self._knowledge.near.texts)}
        self._rows = [row_of.get(text, -1) for text in texts]

    def of(self, text: str, leaders: Sequence[int]) -> int | None:
        """Return the nearest of some texts, by their numbers, if it is near."""
        rows = [(leader, self._rows[leader]) for leader in leaders if self._rows[leader] >= 0]
        vector = self._knowledge.columns.vector(tokens(normalise(text)))
        if not rows or not len(vector.columns):
            return None
        cosines = self._knowledge.near.cosines(vector)[[row for _, row in rows]]
        best = int(np.argmax(cosines))
        return rows[best][0] if cosines[best] >= NEAR * STEPS else None


def as_json(cluster: Cluster) -> str:
    """Write a cluster on one line, for tools."""
    return json.dumps(
        {
            "cluster": cluster.id,
            "count": len(cluster.messages),
            "texts": [
                {"text": text, "count": len(same), "ids": [each.id for each in same]}
                for text, same in cluster.texts.items()
            ],
            "guesses": cluster.counted(lambda each: each.guesses),
            "languages": cluster.counted(lambda each: [each.language or ""]),
            "outcomes": cluster.counted(lambda each: [each.outcome]),
        },
        ensure_ascii=False,
    )


def as_text(cluster: Cluster) -> str:
    """Write a cluster for a keeper to read."""
    facts = [
        _counts(cluster.counted(lambda each: [each.outcome])),
        _counts(cluster.counted(lambda each: [each.language or "?"])),
        f"guessed: {_counts(cluster.counted(lambda each: each.guesses)) or '-'}",
    ]
    lines = [f"{cluster.id}  {_messages(len(cluster.messages))}  ({'; '.join(facts)})"]
    lines += [f"    {same[0].id}  {len(same)} x  {text}" for text, same in cluster.texts.items()]
    return "\n".join(lines)


def _messages(number: int) -> str:
    return "1 message" if number == 1 else f"{number} messages"


def _counts(counted: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counted.items())


# ---------------------------------------------------------------- what the command does


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[Database]:
    database = await open_database_there_is(settings)
    try:
        yield database
    finally:
        await database.close()


async def show(settings: Settings, say: Say, *, limit: int, is_json: bool, is_done: bool) -> None:
    """List the biggest clusters of what waits for a keeper, or of what is done."""
    async with _opened(settings) as database, database.begin() as session:
        messages = await unanswered.everything(session, is_done=is_done)
    found = clusters(messages) if messages else []
    for cluster in found[:limit]:
        say(as_json(cluster) if is_json else as_text(cluster))
    if is_json:
        return
    if not found:
        say(
            "Nothing is done yet."
            if is_done
            else "Nothing waits: every message was understood, or spoke of danger."
        )
    elif len(found) > limit:
        say(f"... and {len(found) - limit} smaller ones; --limit shows more.")


@dataclass(frozen=True, slots=True)
class Rewriting:
    """What a keeper says otherwise than the message does."""

    file: Path | None = None
    wording: str | None = None
    language: str | None = None


async def attach_to(
    settings: Settings, reference: str, topic: str, say: Say, rewriting: Rewriting | None = None
) -> None:
    """Make the texts of a message or cluster phrases of a topic; show what changed in the pack; mark them as done.

    Raises:
        NoSuchMessage, CannotAttach, ContentError: nothing was changed.
    """
    rewriting = rewriting or Rewriting()
    async with _opened(settings) as database:
        async with database.begin() as session:
            waiting = await unanswered.everything(session)
            named = _named(reference, waiting) or _named(
                reference, await unanswered.everything(session, is_done=True)
            )
        if not named:
            raise NoSuchMessage(f"there is no message or cluster {reference}: see `matala unanswered`")
        attached = attach(topic, _phrases(named, rewriting), pack=settings.pack, file=rewriting.file)
        async with database.begin() as session:
            await unanswered.settle(session, [each.id for each in named])
    _tell(attached, len(named), say)


def _named(reference: str, messages: Sequence[Unanswered]) -> list[Unanswered]:
    """Return the messages that a keeper names: a whole cluster, or a text, as often as it was written."""
    if reference.startswith(CLUSTER):
        of_it = reference.removeprefix(CLUSTER)
        groups = [list(each.messages) for each in clusters(messages)] if messages else []
    else:
        of_it, groups = reference, [list(same) for same in Cluster(tuple(messages)).texts.values()]
    return next((group for group in groups if any(each.id == of_it for each in group)), [])


def _phrases(messages: Sequence[Unanswered], rewriting: Rewriting) -> list[tuple[Language, str]]:
    """Return what becomes a phrase; a text of which something is masked needs a keeper's own wording."""
    chosen = Language(rewriting.language) if rewriting.language else None
    if rewriting.wording is not None:
        return [(chosen or _language(messages[0]), " ".join(rewriting.wording.split()))]
    whole = [each for each in messages if not MASKED.search(each.text)]
    if not whole:
        raise CannotAttach(
            f"something in {messages[0].text!r} is masked: write the phrase without it, --as 'PHRASE'"
        )
    return [(chosen or _language(each), each.text) for each in whole]


def _language(message: Unanswered) -> Language:
    language = Language(message.language or Language.FI)
    return language if language in ANSWERED else Language.FI


def _tell(attached: Attached, number: int, say: Say) -> None:
    if not attached.added:
        say(f"Every phrase stands there already; marked as done: {_messages(number)}.")
        return
    say(attached.diff)
    say(
        f"\n{len(attached.added)} phrases added; marked as done: {_messages(number)}. The packs are in order.\n"
        "Read the change, see with `matala evaluate` that no other topic got worse, and commit it.\n"
        "A running program takes it up at SIGHUP."
    )


async def drop(settings: Settings, references: Sequence[str], say: Say) -> None:
    """Delete messages or clusters that teach nothing, done or not.

    Raises:
        NoSuchMessage: one of them is not there; nothing was deleted.
    """
    async with _opened(settings) as database, database.begin() as session:
        waiting = await unanswered.everything(session)
        done = await unanswered.everything(session, is_done=True)
        ids: set[str] = set()
        for reference in references:
            named = _named(reference, waiting) or _named(reference, done)
            if not named:
                raise NoSuchMessage(f"there is no message or cluster {reference}: see `matala unanswered`")
            ids.update(each.id for each in named)
        say(f"Deleted: {_messages(await unanswered.drop(session, sorted(ids)))}.")
