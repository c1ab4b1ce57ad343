"""What is told about what is kept, and the question before it is deleted."""

import pytest

from bot.dialogue import privacy
from bot.dialogue.state import Person
from content.library import Library
from tests.bot.dialogue.conftest import Talk, heard, labels


def test_explanation_offers_to_delete(person: Person, sakky: Library, talk: Talk) -> None:
    explained = privacy.explain(person, sakky)

    assert labels(explained) == ["Poista tietoni"]
    assert "Poistetaanko kaikki" in heard(talk(person, press="forget:-"))


def test_explanation_tells_the_truth_about_secrecy(person: Person, sakky: Library) -> None:
    """Staff must act when somebody is in danger: nobody is promised otherwise."""
    told = "".join(part.text for part in privacy.explain(person, sakky).parts)

    assert "Jos joku on vaarassa, heidän täytyy hakea apua" in told
    assert "kukaan ei saa tietää" not in told.casefold()


@pytest.mark.parametrize("text", ["kuka näkee mitä kirjotan", "kuka lukee mun viestit"])
def test_asking_in_words_is_answered_with_the_explanation(person: Person, talk: Talk, text: str) -> None:
    assert "salattuina" in heard(talk(person, text))


def test_question_is_asked_before_anything_is_deleted(person: Person, sakky: Library) -> None:
    step = privacy.ask_to_forget(person, sakky)

    assert step.person.memory.asked_to_forget
    assert not step.forgets
    assert labels(step.replies[0]) == ["Poista kaikki", "Älä poista"]
