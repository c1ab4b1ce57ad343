"""Writes phrases into a pack's file as a person would: lines are added, and not a letter of the others changes."""

import difflib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from content.faults import ContentError, shown_path
from content.index import Index
from content.library import PACKS_DIR, check
from content.sources import COMMON, Sources, gather
from intents.language import Language
from intents.text import fold, normalise, tokens

Phrase = tuple[Language, str]
STEP = 2  # spaces that a level is indented by, where a file does not show it
NOT_TEXT = {"", "~", "null", "true", "false", "<<"}  # plain, these mean something else


class CannotAttach(Exception):  # noqa: N818 (named for the case, as all of ours are)
    """A phrase cannot be put where it should go; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Attached:
    """What was done to a file; no diff, when every phrase stood there already."""

    file: Path
    added: tuple[str, ...]
    diff: str


def attach(
    topic: str,
    phrases: Sequence[Phrase],
    *,
    pack: str,
    file: Path | None = None,
    packs_dir: Path = PACKS_DIR,
) -> Attached:
    """Add phrases to a topic's file (left out: that of common, else of the school), if the packs stay in order.

    Raises:
        CannotAttach: there is no such topic or file, or it is written otherwise than a line for each phrase.
        ContentError: the packs would not be in order then, or are not now; the file is as it was.
    """
    sources = gather(pack, packs_dir)
    if topic not in Index(sources).topic_ids:
        raise CannotAttach(
            f"there is no topic {topic} in the pack {pack}; catalogue.yaml and the school's topics.yaml name them"
        )
    path = _place(topic, pack, packs_dir) if file is None else _given(file, topic, packs_dir)
    known = _known(sources, topic)
    new = [each for each in dict.fromkeys(phrases) if _plain(each[1]) not in known]
    new = list({_plain(text): (language, text) for language, text in reversed(new)}.values())[::-1]
    if not new:
        return Attached(path, (), "")
    before = _read(path) if path.exists() else f"topic: {topic}\n"
    after = with_phrases(before, new)
    _write_checked(path, after, packs_dir)
    return Attached(path, tuple(text for _, text in new), _diff(path, before, after))


def _be_in_order(packs_dir: Path) -> None:
    errors = [fault for fault in check(packs_dir) if not fault.is_warning]
    if errors:
        raise ContentError(errors)


def _place(topic: str, pack: str, packs_dir: Path) -> Path:
    """Return where a topic's phrases stand, or should: in common, unless the topic is the school's alone."""
    places = [packs_dir / room / "phrases" / f"{topic}.yaml" for room in (COMMON, pack)]
    return next((path for path in places if path.exists()), places[-1])


def _given(file: Path, topic: str, packs_dir: Path) -> Path:
    """See that a file which somebody names is one of phrases, of this topic."""
    path = file.resolve()
    rooms = {room.resolve() / "phrases" for room in packs_dir.iterdir()}
    if path.parent not in rooms or path.name != f"{topic}.yaml":
        raise CannotAttach(
            f"{file} holds no phrases of {topic}: name a file such as {shown_path(_example(packs_dir, topic))}"
        )
    return path


def _example(packs_dir: Path, topic: str) -> Path:
    return packs_dir / COMMON / "phrases" / f"{topic}.yaml"


def _known(sources: Sources, topic: str) -> set[str]:
    files = [file.content for file in sources.phrases if file.content.topic == topic]
    return {_plain(text) for file in files for text in file.phrases.every()}


def _plain(text: str) -> str:
    """Make a phrase comparable, as the check of the packs does."""
    return " ".join(tokens(fold(normalise(text))))


def _read(path: Path) -> str:
    with path.open(encoding="utf-8", newline="") as file:  # line ends stay as they are
        return file.read()


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(text)


def _write_checked(path: Path, text: str, packs_dir: Path) -> None:
    """Write a file; if the packs are in disorder with it, bring back what was there."""
    before = _read(path) if path.exists() else None
    try:
        _write(path, text)
        _be_in_order(packs_dir)
    except BaseException:
        if before is None:
            path.unlink(missing_ok=True)
        else:
            _write(path, before)
        raise


def _diff(path: Path, before: str, after: str) -> str:
    name = shown_path(path)
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), name, name, lineterm="")
    return "\n".join(lines)


# --- The file as text ----------------------------------------------------------------------------


def with_phrases(text: str, phrases: Sequence[Phrase]) -> str:
    """Return a file of phrases with these at the end of their languages; comments, order and quotes stay.

    Raises:
        CannotAttach: the file is not written so that lines can be added to it.
    """
    for language in dict.fromkeys(language for language, _ in phrases):
        text = _with_lines(text, language, [phrase for each, phrase in phrases if each is language])
    return text


def _with_lines(text: str, language: Language, phrases: Sequence[str]) -> str:
    root = _mapping(yaml.compose(text, Loader=yaml.SafeLoader))
    end = "\r\n" if "\r\n" in text else "\n"
    found = _value(root, "phrases")
    if found is None:
        at, head, dash = (
            _after(_value(root, "heaviest") or _value(root, "topic") or root),
            ["phrases:"],
            2 * STEP,
        )
        head.append(f"{' ' * STEP}{language}:")
    else:
        languages = _mapping(found)
        lines = _value(languages, language)
        head, dash = [], languages.start_mark.column + STEP
        if lines is None:
            at, head = _after(languages), [f"{' ' * languages.start_mark.column}{language}:"]
        else:
            if not isinstance(lines, yaml.SequenceNode) or lines.flow_style or not lines.value:
                raise CannotAttach(f"the phrases of {language} do not stand one on a line; write them so")
            at, dash = _after(lines), lines.start_mark.column
    new = [*head, *(f"{' ' * dash}- {_scalar(phrase)}" for phrase in phrases)]
    rows = text.splitlines(keepends=True)
    if at and not rows[at - 1].endswith(("\n", "\r")):
        rows[at - 1] += end
    rows[at:at] = [line + end for line in new]
    written = "".join(rows)
    _see_that_only_these_came(text, written, language, phrases)
    return written


def _mapping(node: yaml.Node | None) -> yaml.MappingNode:
    if not isinstance(node, yaml.MappingNode) or node.flow_style:
        raise CannotAttach("the file is not written as `phrases:` with languages below it; write it so")
    return node


def _value(node: yaml.MappingNode, key: str) -> yaml.Node | None:
    return next((value for name, value in node.value if name.value == key), None)


def _after(node: yaml.Node) -> int:
    """Return the number of the line after the last one of a node, comments below it left out."""
    while isinstance(node, yaml.CollectionNode) and node.value and not node.flow_style:
        last = node.value[-1]
        node = last[1] if isinstance(last, tuple) else last
    mark = node.end_mark
    return mark.line + (1 if mark.column else 0)


def _scalar(phrase: str) -> str:
    """Write a phrase plain where YAML reads it back as it is, else in quotes."""
    try:
        whole = yaml.compose(f"- {phrase}", Loader=yaml.SafeLoader)
        node = whole.value[0] if isinstance(whole, yaml.SequenceNode) else whole
        is_plain = isinstance(node, yaml.ScalarNode) and not node.style and node.value == phrase
    except yaml.YAMLError:
        is_plain = False
    is_number = phrase.lstrip("+-").isdigit()
    return (
        phrase
        if is_plain and phrase not in NOT_TEXT and not is_number
        else json.dumps(phrase, ensure_ascii=False)
    )


def _see_that_only_these_came(before: str, after: str, language: Language, phrases: Sequence[str]) -> None:
    was, now = (yaml.load(text, Loader=yaml.BaseLoader) for text in (before, after))
    was.setdefault("phrases", {}).setdefault(str(language), []).extend(phrases)
    if was != now:
        raise CannotAttach(
            "the file is written in a way that lines cannot be added to; add the phrase by hand"
        )
