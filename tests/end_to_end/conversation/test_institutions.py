"""Each institution has its own campuses, services and words; nothing of one shows at the other."""

from pathlib import Path

from tests.end_to_end.conversation.school import open_school, words


async def test_salo_answers_with_its_own(tmp_path: Path) -> None:
    async with open_school(tmp_path, pack="sskky") as school:
        person = school.person()

        await person.starts()
        greeting = words(await school.heard_by(person))
        answer = await school.answers_to(person, "oon ollu paljon poissa koulusta")
        more = await school.presses(person, "Näytä lisää paikkoja", answer[0])
        campus = await school.answers_to(person, "/kampus")
        danger = await school.answers_to(person, "haluun kuolla")
        kept = await school.answers_to(person, "/tiedot")

        assert "Salon seudun ammattiopiston botti" in greeting
        assert "Missä opiskelet" not in words(answer)  # there is but one campus
        assert "Salo" in [button.text for button in campus[0].buttons]
        assert "112" in danger[0].text
        assert "Salo" in words(kept)
        said = words([*answer, *more, *campus, *danger])
        assert not {"Sakky", "Kuopio", "Savon", "Pohjois-Savo"} & set(said.replace("\n", " ").split())
        assert school.telegram.violations == []
        assert school.telegram.leaks(school.room) == []


async def test_salo_speaks_swedish_and_english_too(tmp_path: Path) -> None:
    async with open_school(tmp_path, pack="sskky") as school:
        svante, ellen = school.person("sv"), school.person("en")

        swedish = await school.answers_to(svante, "jag vill dö")
        english = await school.answers_to(ellen, "i have no money for food")

        assert "112" in swedish[0].text
        assert "Bra att du skrev" in swedish[0].text
        assert "money" in english[0].text.casefold()
        assert school.telegram.violations == []
