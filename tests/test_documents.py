"""What README and docs say is there: settings, commands, links, the bot's words."""

import argparse
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.cli import _parser
from bot.settings import PREFIX, Settings
from content.library import load
from intents.language import Language
from storage.retention import RETENTION

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
EXAMPLE = ROOT / ".env.example"
NOT_OURS = ("http://", "https://", "mailto:")
# Addresses from which packages come, and places on somebody's own machine: neither means anything to a reader.
REGISTRY = re.compile(r"pypi\.|pythonhosted\.|artifactory|nexus\.|://[^\s/]*mirror|index-url", re.IGNORECASE)
MACHINE = re.compile(r"(?<![\w.])/(?:home|root|work|tmp|Users|mnt|private)/")
LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
# Lines of a conversation that people say, or that hold a time, a name or a case.
CHANGING = re.compile(r"^(?:Student|Kaisa):|[│·]|K-\d|^ +Moi, |^ +\[")
FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)

# Periods that are named otherwise than the table they are about.
TABLE_OF = {
    "open case": "cases",
    "closed case": "cases",
    "settled outbox": "outbox",
    "staff codes": "staff_codes",
    "bulletin copies": "bulletin_copies",
    "web chats": "web_chats",
    "web posts": "web_posts",
    "web codes": "web_codes",
    "desk links": "desk_links",
    "desk sessions": "desk_sessions",
}

in_each_document = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)


def _commands() -> list[str]:
    [commands] = [action for action in _parser()._actions if isinstance(action, argparse._SubParsersAction)]
    return sorted(commands.choices)


def _anchors(document: Path) -> set[str]:
    """Return what the headings of a document can be linked by."""
    headings = HEADING.findall(FENCED.sub("", document.read_text(encoding="utf-8")))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def _links(document: Path) -> Iterator[tuple[Path, str]]:
    """Return the files and anchors that a document links to."""
    for link in LINK.findall(FENCED.sub("", document.read_text(encoding="utf-8"))):
        if not link.startswith(NOT_OURS):
            path, _, anchor = link.partition("#")
            yield (document.parent / path if path else document), anchor


@pytest.mark.parametrize("name", list(Settings.model_fields))
def test_every_setting_is_explained_in_the_example(name: str) -> None:
    """An administrator reads .env.example, not the code."""
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()

    [at] = [number for number, line in enumerate(lines) if line.startswith(f"#{PREFIX}{name.upper()}=")]

    assert lines[at - 1].startswith("# ")


def test_the_example_names_no_setting_that_is_none() -> None:
    """A misspelt setting would be passed over in silence."""
    named = set(re.findall(rf"{PREFIX}[A-Z_]+", EXAMPLE.read_text(encoding="utf-8")))

    assert named == {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}


def test_the_example_sets_nothing_until_somebody_does() -> None:
    """Copied as it is, it changes nothing."""
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()

    assert [line for line in lines if line and not line.startswith("#")] == []


@in_each_document
def test_a_document_names_only_settings_that_exist(document: Path) -> None:
    named = set(re.findall(rf"\b{PREFIX}[A-Z][A-Z_]*[A-Z]\b", document.read_text(encoding="utf-8")))

    assert named <= {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}


@pytest.mark.parametrize("command", _commands())
def test_every_command_is_told_of(command: str) -> None:
    assert any(f"matala {command}" in document.read_text(encoding="utf-8") for document in DOCUMENTS)


@in_each_document
def test_a_document_names_only_commands_that_exist(document: Path) -> None:
    text = document.read_text(encoding="utf-8")

    named = set(re.findall(r"(?:`|/bin/)matala ([a-z-]+)", text))

    assert named <= set(_commands())


@in_each_document
def test_every_link_leads_somewhere(document: Path) -> None:
    lost = [
        f"{path}#{anchor}"
        for path, anchor in _links(document)
        if not path.exists() or (anchor and anchor not in _anchors(path))
    ]

    assert lost == []


@in_each_document
def test_a_document_points_only_to_files_that_are_there(document: Path) -> None:
    """The architecture says where each thing is held; a moved file must not leave it wrong."""
    text = document.read_text(encoding="utf-8")

    named = re.findall(r"`((?:bot|intents|content|storage|tests)/[\w/.-]+\.(?:py|yaml|md))`", text)

    assert [path for path in named if not (ROOT / path).exists()] == []


@pytest.mark.parametrize(
    ("path", "name"),
    re.findall(
        r"`((?:bot|intents|content|storage)/[\w/]+\.py)` \(`(\w+)`\)",
        (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8"),
    ),
)
def test_what_holds_a_promise_is_where_the_architecture_says(path: str, name: str) -> None:
    assert re.search(rf"\b{name}\b", (ROOT / path).read_text(encoding="utf-8"))


@pytest.mark.parametrize("document", [*DOCUMENTS, EXAMPLE], ids=lambda path: path.name)
def test_a_document_names_no_package_registry_and_nobodys_machine(document: Path) -> None:
    text = document.read_text(encoding="utf-8")

    assert REGISTRY.findall(text) + MACHINE.findall(text) == []


# What is not settled stays until it is, whatever its date says.
@pytest.mark.parametrize("name", [name for name in RETENTION if name != "unsettled outbox"])
def test_the_privacy_page_tells_how_long_each_thing_is_kept(name: str) -> None:
    """A promise to people: whoever changes a period changes the page."""
    page = (ROOT / "docs" / "privacy.md").read_text(encoding="utf-8")
    table = page[page.index("## What is stored") : page.index("## Who sees what")]

    row = next(line for line in table.splitlines() if f"`{TABLE_OF.get(name, name)}`" in line)

    assert f"{RETENTION[name].keep.days} days" in row


def test_the_conversation_in_the_readme_is_what_the_bot_says() -> None:
    """The bot's sentences are quoted from the packs: a text that is changed there is changed here too."""
    library = load("sakky")
    said = [
        *(text.get(Language.FI) for text in library.texts.values()),
        *(topic.answers.student.fi for topic in library.topics.values()),
        *(entry.text.fi for entry in library.safety),
        *(service.what_for.fi for service in library.services.values()),
    ]
    known = _on_one_line(" ".join(said))

    quoted = _quoted()

    assert len(quoted) > 5
    assert [sentence for sentence in quoted if sentence not in known] == []


def _quoted() -> list[str]:
    """Return the longer lines that the README lets the bot say, without their English and what changes."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks = "\n".join(FENCED.findall(readme[: readme.index("## Try it")]))
    lines = [line for line in re.sub(r"\([^)]*\)", "", blocks).splitlines() if not CHANGING.search(line)]
    said = [re.sub(r"^Bot:|\[\.\.\.\]", "", line).strip() for line in lines]
    return [" ".join(line.split()) for line in said if len(line) > 24]


def _on_one_line(text: str) -> str:
    return " ".join(text.replace("**", "").split())
