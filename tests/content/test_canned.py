"""Canned answers: whole in three languages, a school's own beside those of common, no contact in any."""

import pytest

from content.faults import ContentError
from content.library import Library
from intents.language import ANSWERED
from tests.content.conftest import Packs

CANNED = """\
canned:
  - id: hello
    matter: Aloitus
    name: Tervehdys
    text: {fi: Moi., sv: Hej., en: Hi.}
outcomes:
  - {id: talked, name: Juteltiin}
"""


def test_a_school_adds_its_own_to_those_of_common(packs: Packs) -> None:
    packs.write("common/canned.yaml", CANNED)
    packs.write("school/canned.yaml", CANNED.replace("hello", "ours").replace("talked", "met"))

    library = packs.load()

    assert list(library.canned) == ["hello", "ours"]
    assert list(library.outcomes) == ["talked", "met"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        pytest.param("en: Hi.", "en: Call 044 123 4567.", "looks like a contact", id="a number"),
        pytest.param(", en: Hi.", "", "en", id="a language is missing"),
        pytest.param("id: talked", f"id: {'a' * 33}", "32", id="an id too long for its column"),
    ],
)
def test_what_staff_could_not_send_stops_at_the_door(packs: Packs, old: str, new: str, said: str) -> None:
    packs.write("common/canned.yaml", CANNED.replace(old, new))

    with pytest.raises(ContentError) as refused:
        packs.load()

    assert said in str(refused.value.faults[0])


def test_an_id_stands_once(packs: Packs) -> None:
    packs.write("common/canned.yaml", CANNED)
    packs.write("school/canned.yaml", CANNED)

    with pytest.raises(ContentError):
        packs.load()


@pytest.mark.parametrize("language", ANSWERED)
def test_what_goes_out_is_short(sakky: Library, language: str) -> None:
    """The reader is seventeen and tired."""
    long = [each.id for each in sakky.canned.values() if len(getattr(each.text, language)) > 250]

    assert long == []
    assert len(sakky.canned) >= 10
    assert len(sakky.outcomes) >= 5
