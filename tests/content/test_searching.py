"""Staff find services and answers by any words, also what nobody else is shown."""

import pytest

from content.library import Library
from content.searching import search


@pytest.mark.parametrize(
    ("words", "service"),
    [
        pytest.param("kriisipuhelin", "crisis-line", id="by name"),
        pytest.param("kriisipuhelimen numero", "crisis-line", id="inflected, with another word"),
        pytest.param("KURAATTORI", "curator-kuopio", id="in capitals"),
        pytest.param("017 214 3000", "not-yet-verified", id="by number, not verified"),
        pytest.param("palvelupiste", "not-yet-verified", id="by name, not verified"),
        pytest.param("not-yet-verified", "not-yet-verified", id="by id"),
    ],
)
def test_a_service_is_found(library: Library, words: str, service: str) -> None:
    assert service in [each.id for each in search(library, words).services]


def test_an_id_finds_only_what_it_names(library: Library) -> None:
    found = search(library, "crisis-line")

    assert [each.id for each in found.services] == ["crisis-line"]


@pytest.mark.parametrize("words", ["ahdistus", "anxiety", "en saa henkeä"])
def test_an_answer_is_found_by_name_id_and_by_what_people_say(library: Library, words: str) -> None:
    assert "anxiety" in search(library, words).topics


def test_what_fits_nothing_finds_nothing(library: Library) -> None:
    found = search(library, "xyzzy")

    assert (found.services, found.topics) == ((), ())
