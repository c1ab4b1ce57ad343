"""What a keeper can get wrong in a pack, and how it is told: no such pack is ever used."""

import pytest

from content.checking import placeholders
from tests.content.conftest import Packs
from tests.content.slips import (
    ANXIETY,
    CATALOGUE,
    LINES,
    PACK,
    SAFETY,
    SCHOOL_SERVICES,
    SCHOOL_TOPICS,
    SLIPS,
    TOPICS,
    Slip,
)


@pytest.mark.parametrize(
    "slip", SLIPS, ids=[f"{number}: {slip.fault[:60]}" for number, slip in enumerate(SLIPS)]
)
def test_a_slip_is_told_with_file_line_and_what_to_do(packs: Packs, slip: Slip) -> None:
    packs.edit(slip.file, slip.old, slip.new)

    faults = packs.faults()

    assert [fault for fault in faults if slip.fault in fault], "\n".join(faults)
    assert faults == packs.check()


def test_every_fault_says_what_to_do(packs: Packs) -> None:
    for slip in SLIPS:
        before = packs.read(slip.file)
        packs.edit(slip.file, slip.old, slip.new)
        if not slip.file.startswith("common/risk"):
            assert all(";" in fault or "did you mean" in fault for fault in packs.faults()), packs.faults()
        packs.write(slip.file, before)


def test_faults_of_several_files_are_told_together(packs: Packs) -> None:
    packs.edit(TOPICS, "about: cannot", "abuot: cannot")
    packs.edit(PACK, "short: Koulu", "shrot: Koulu")
    packs.edit("common/catalogue.yaml", "groups:", "groups:\n\t")

    files = {fault.split(":")[0] for fault in packs.faults()}

    assert files == {TOPICS, PACK, CATALOGUE}


def test_a_safety_entry_that_hides_others_is_told(packs: Packs) -> None:
    packs.edit(
        SAFETY, "    kinds: [suicide, self-harm]\n    about: [self]\n    levels: [crisis, emergency]\n", ""
    )

    assert packs.faults() == [
        f"{SAFETY}:2: this one fits anything, so those after it are never used; put it last"
    ]


def test_a_misnamed_file_does_not_vanish(packs: Packs) -> None:
    packs.write("school/service.yaml", "services: []")
    packs.write("common/topics/more.yml", "topics: []")

    common, school = packs.faults()

    assert common.startswith(
        "common/topics/more.yml:1: nobody reads this file; files here are catalogue.yaml,"
    )
    assert school.endswith(
        "service.yaml:1: nobody reads this file; "
        "files here are pack.yaml, topics.yaml, services.yaml, ladder.yaml, canned.yaml, phrases/*.yaml, "
        "services/*.yaml, events/*.yaml, news/*.yaml"
    )


@pytest.mark.parametrize("file", ["common/safety.yaml", "common/texts.yaml", "common/catalogue.yaml"])
def test_a_missing_file_is_told(packs: Packs, file: str) -> None:
    packs.delete(file)

    (fault,) = packs.faults()

    assert fault.startswith(f"{file}:1: the file cannot be read")


@pytest.mark.parametrize("folder", ["risk", "services", "topics"])
def test_an_empty_folder_is_told(packs: Packs, folder: str) -> None:
    for path in (packs.folder / "common" / folder).iterdir():
        path.unlink()

    assert f"common/{folder}:1: no .yaml file in this folder; put it back" in packs.faults()


def test_a_pack_that_is_not_there_is_told_with_those_that_are(packs: Packs) -> None:
    (packs.folder / "school").rename(packs.folder / "academy")

    assert packs.faults() == ['school/pack.yaml:1: there is no pack "school"; packs are: academy']


def test_a_folder_without_packs_is_no_success(packs: Packs) -> None:
    packs.delete(PACK)

    (fault,) = packs.check()

    assert "no school has a pack.yaml here" in fault


def test_a_topic_that_is_missing_is_one_fault_not_many(packs: Packs) -> None:
    """The school's additions to it, and what names it, are right as they are."""
    text = packs.read(TOPICS)
    packs.write(TOPICS, text[: text.index("  - id: sleep")])
    packs.add(SCHOOL_TOPICS, "  - id: sleep\n    services: [curator-everywhere]\n")

    assert packs.faults() == [
        'common/catalogue.yaml:4: no file has the topic "sleep"; write it in topics/wellbeing.yaml'
    ]


class TestWarnings:
    """What does no harm is told, and doesn't stop the start."""

    def test_a_phrase_twice_in_its_topic(self, packs: Packs) -> None:
        packs.edit(ANXIETY, ", tärisen taas, ", ", tärisen taas, AHDISTAA, ")

        library = packs.load()

        (warning,) = map(str, library.warnings)
        assert packs.shown(warning).startswith(
            f'{ANXIETY}:4: warning: "AHDISTAA" stands in this topic already ('
        )
        assert packs.check() == [packs.shown(warning)]

    def test_one_word_in_two_languages_is_as_it_should_be(self, packs: Packs) -> None:
        packs.edit(ANXIETY, "en: [anxious", "en: [paniikki iskee, anxious")

        assert packs.load().warnings == ()

    def test_a_verified_service_that_cannot_be_reached(self, packs: Packs) -> None:
        packs.edit(SCHOOL_SERVICES, "    address: Haapamäentie 1\n", "")

        (warning,) = packs.load().warnings

        assert warning.is_warning
        assert "nobody sees it" in warning.message

    def test_a_number_that_the_number_plan_does_not_know(self, packs: Packs) -> None:
        """It may be new: the number plan of a library lags behind that of Traficom."""
        packs.edit(SCHOOL_SERVICES, '"017 214 3000"', '"116 016"')

        (warning,) = packs.load().warnings

        assert "does not know 116 016; call it" in warning.message

    def test_a_page_without_encryption(self, packs: Packs) -> None:
        packs.edit(LINES, '"https://example.fi"', '"http://example.fi"')

        (warning,) = packs.load().warnings

        assert "http://example.fi is not encrypted" in warning.message

    def test_a_line_in_danger_in_another_language(self, packs: Packs) -> None:
        packs.edit(SAFETY, "en: [emergency-112]", "en: [emergency-112, crisis-line]")

        (warning,) = packs.load().warnings

        assert '"crisis-line" does not speak en' in warning.message


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Moi.", set()),
        ("Moi {name}, klo {time}.", {"name", "time"}),
        ("Näin: {{ja}} {x}", {"x"}),
    ],
)
def test_placeholders_are_found(text: str, names: set[str]) -> None:
    assert placeholders(text) == names


@pytest.mark.parametrize(
    "text", ["{", "}", "{}", "{0}", "{a.b}", "{a[0]}", "{a!r}", "{a:>3}", "{key}", "{language}"]
)
def test_what_cannot_be_filled_in_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"braces|placeholder"):
        placeholders(text)
