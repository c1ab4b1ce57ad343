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


class TestForgettingInWords:
    """Who is asked whether everything shall be deleted may answer as people do."""

    @pytest.mark.parametrize("word", ["kyllä", "Joo!", "ja", "Yes.", "poista kaikki"])
    def test_a_yes_in_words_deletes(self, talk: Talk, person: Person, word: str) -> None:
        asked = talk(person, command="unohda")

        assert talk(asked.person, word).forgets

    @pytest.mark.parametrize("word", ["ei", "nej", "no"])
    def test_a_no_keeps_everything(self, talk: Talk, person: Person, word: str) -> None:
        asked = talk(person, command="unohda")

        step = talk(asked.person, word)

        assert not step.forgets
        assert "mitään ei poistettu" in heard(step)

    @pytest.mark.parametrize("between", [{"text": "mistä saan opintotukea"}, {"command": "kieli"}])
    def test_a_yes_to_something_later_deletes_nothing(
        self, talk: Talk, person: Person, between: dict[str, str]
    ) -> None:
        asked = talk(person, command="unohda")
        later = talk(asked.person, **between)

        assert not talk(later.person, "joo").forgets

    def test_a_yes_with_more_in_it_is_read_as_words(self, talk: Talk, person: Person) -> None:
        asked = talk(person, command="unohda")

        assert not talk(asked.person, "joo mut haluan kuolla").forgets
        assert talk(asked.person, "haluan kuolla").is_safety

    def test_while_a_human_listens_the_answer_is_not_passed_on(self, talk: Talk, with_human: Person) -> None:
        asked = talk(with_human, command="unohda")

        assert talk(asked.person, "joo").relay is None
