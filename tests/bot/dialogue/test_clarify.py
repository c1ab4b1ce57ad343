"""When the matter is not clear: did you mean, the menu, an honest "I don't know"."""

import pytest

from bot.dialogue import clarify
from bot.dialogue.state import Person
from content.library import Library
from intents.language import Language
from intents.matcher import Candidate
from tests.bot.dialogue.conftest import labels


def test_did_you_mean_names_the_topics_something_else_and_a_human(person: Person, sakky: Library) -> None:
    candidates = [Candidate("absence", 70), Candidate("stress", 68)]

    asked = clarify.did_you_mean(person, candidates, sakky)

    assert labels(asked) == [
        sakky.topic_name("absence", Language.FI),
        sakky.topic_name("stress", Language.FI),
        "Jokin muu",
        "⚓ Ihmiselle",
    ]


def test_one_candidate_is_asked_about_as_one(person: Person, sakky: Library) -> None:
    asked = clarify.did_you_mean(person, [Candidate("absence", 70)], sakky)

    assert "Tarkoititko tätä?" in asked.parts[0].text


@pytest.mark.parametrize("misses", [0, 1, 5])
def test_decline_offers_topics_and_a_human(person: Person, sakky: Library, misses: int) -> None:
    declined = clarify.decline(person.remembering(misses=misses), sakky)

    assert labels(declined) == ["Aiheet", "⚓ Ihmiselle"]


def test_second_decline_is_plainer_than_the_first(person: Person, sakky: Library) -> None:
    assert clarify.decline(person, sakky) != clarify.decline(person.remembering(misses=1), sakky)


def test_menu_leads_to_every_topic(person: Person, sakky: Library) -> None:
    offered = labels(clarify.menu(person, sakky))
    reached = {
        button.press
        for group in sakky.groups
        for row in clarify.group_menu(person, group, sakky).buttons
        for button in row
    }

    assert len(offered) == len(sakky.groups) + 1
    assert {f"topic:{topic}" for topic in sakky.topics} <= reached


def test_no_row_has_more_buttons_than_a_phone_shows(person: Person, sakky: Library) -> None:
    rows = [row for group in sakky.groups for row in clarify.group_menu(person, group, sakky).buttons]

    assert max(map(len, rows)) <= clarify.IN_A_ROW
