"""Services from elsewhere come in unverified, are reported one by one, and never write over a keeper's work."""

import json
from pathlib import Path

import pytest
import yaml

from content.hsds import as_yaml, export
from content.importing import IMPORTED, ImportRefused, Report, bring_in, read_offers
from content.library import load
from content.schema import Service
from content.table import COLUMNS, template
from tests.content.conftest import Packs

FILE = f"school/{IMPORTED}"
ROW = {
    "id": "youth-centre",
    "name_fi": "Nuorisotila",
    "what_for_fi": "Paikka olla.",
    "phone": "044 123 4567",
    "phone_hours": "Mon-Fri 14-20",
    "languages": "fi|sv",
    "topics": "anxiety",
    "campuses": "kuopio",
}


def table(*rows: dict[str, str], sign: str = ",") -> str:
    lines = [COLUMNS, *([row.get(column, "") for column in COLUMNS] for row in rows)]
    return "\n".join(sign.join(line) for line in lines) + "\n"


def take(packs: Packs, text: str, name: str = "offer.csv", encoding: str = "utf-8") -> Report:
    file = packs.folder / name
    file.write_text(text, encoding=encoding)
    return bring_in(read_offers(file), "school", packs.folder)


def imported(packs: Packs) -> dict[str, Service]:
    written = yaml.safe_load(packs.read(FILE))
    return {each["id"]: Service.model_validate(each) for each in written["services"]}


def test_a_new_service_comes_in_unverified(packs: Packs) -> None:
    report = take(packs, table(ROW))

    library = load("school", packs.folder, packs.folder / "cache")
    assert report == Report(new=["youth-centre"])
    assert not library.services["youth-centre"].is_shown
    assert [each.value for each in library.services["youth-centre"].channels] == ["044 123 4567"]


@pytest.mark.parametrize("sign", [",", ";", "\t"], ids=["comma", "semicolon", "tab"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_tables_are_read_as_table_programs_write_them(packs: Packs, sign: str, encoding: str) -> None:
    take(packs, table({**ROW, "name_fi": "Nuorten äänitalo"}, sign=sign), encoding=encoding)

    assert imported(packs)["youth-centre"].name.fi == "Nuorten äänitalo"


def test_the_template_is_a_table_that_can_be_imported(packs: Packs) -> None:
    text = template().replace("hobbies|loneliness", "anxiety|sleep")

    assert take(packs, text).new == ["esimerkki-nuorisotila"]


def test_the_same_again_changes_nothing(packs: Packs) -> None:
    take(packs, table(ROW))
    packs.edit(FILE, "verified: false", "verified: true\n  source: https://example.fi\n  checked: 22.11.2026")

    report = take(packs, table(ROW))

    assert report == Report(unchanged=["youth-centre"])
    assert imported(packs)["youth-centre"].is_shown


def test_what_changed_has_to_be_verified_anew(packs: Packs) -> None:
    """A number that a keeper has proved is not the number that came now."""
    take(packs, table(ROW))
    packs.edit(FILE, "verified: false", "verified: true\n  remark: Kysy Leenalta.")

    report = take(packs, table({**ROW, "phone": "044 999 9999"}))

    assert report.changed == [("youth-centre", "channels")]
    assert not imported(packs)["youth-centre"].verified
    assert imported(packs)["youth-centre"].remark == "Kysy Leenalta."


def test_what_keepers_wrote_is_never_written_over(packs: Packs) -> None:
    before = packs.read("school/services.yaml")

    report = take(packs, table({**ROW, "id": "curator-kuopio"}, {**ROW, "id": "crisis-line"}))

    assert [name for name, _ in report.refused] == ["curator-kuopio (line 2)", "crisis-line (line 3)"]
    assert "kept by hand in school/services.yaml:2; differs in" in report.refused[0][1]
    assert packs.read("school/services.yaml") == before
    assert not (packs.folder / FILE).exists()


def test_our_own_export_brings_nothing_new(packs: Packs) -> None:
    """A keeper who tries it out sees no flood of refusals."""
    library = load("school", packs.folder, packs.folder / "cache")
    shown = [each for each in library.services.values() if each.is_shown]

    report = take(packs, json.dumps(export(shown)), "out.json")

    assert report == Report(unchanged=[each.id for each in shown])
    assert not (packs.folder / FILE).exists()


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"id": "Nuoriso tila"}, '"id" is not in the right form'),
        ({"id": ""}, '"id" is not in the right form'),
        ({"name_fi": ""}, '"name" is missing'),
        ({"phone": "12"}, "12 is not a Finnish number"),
        ({"phone_hours": "aina"}, '"hours"'),
        ({"cost": "gratis"}, '"cost" has an unknown value'),
        ({"anonymous": "ehkä"}, '"anonymous" is neither true nor false'),
        ({"topics": "anxeity"}, 'there is no topic "anxeity"'),
        ({"campuses": "oulu"}, 'there is no campus "oulu"; the pack has iisalmi, kuopio'),
    ],
)
def test_a_row_that_cannot_be_right_is_refused_and_the_rest_come_in(
    packs: Packs, wrong: dict[str, str], why: str
) -> None:
    report = take(packs, table({**ROW, **wrong}, {**ROW, "id": "another"}))

    (refused,) = report.refused
    assert "line 2" in refused[0]
    assert why in refused[1]
    assert report.new == ["another"]


def test_an_id_twice_in_a_file_is_refused(packs: Packs) -> None:
    report = take(packs, table(ROW, ROW))

    assert report.new == ["youth-centre"]
    assert "stands twice in the file" in report.refused[0][1]


def test_a_pack_that_would_be_faulty_stays_as_it_was(packs: Packs) -> None:
    """A number in the right form that no plan has is seen only with the whole pack."""
    take(packs, table(ROW))
    before = packs.read(FILE)

    with pytest.raises(ImportRefused, match="no number in Finland looks like 0800 123 456 789"):
        take(packs, table({**ROW, "id": "another", "phone": "0800 123 456 789"}))

    assert packs.read(FILE) == before


@pytest.mark.parametrize(
    ("text", "why"),
    [
        pytest.param("{broken", "is neither JSON nor a table", id="broken JSON"),
        pytest.param('{"contents": []}', "no HSDS services", id="JSON without services"),
        pytest.param(
            "nimi,numero\na,b\n", 'the first line must name the columns, "id" and', id="other columns"
        ),
        pytest.param("id,name_fi,fax\na,b,c\n", 'there is no column "fax"', id="a column too many"),
        pytest.param("", "the first line must name the columns", id="nothing"),
    ],
)
def test_a_file_that_is_neither_is_refused_whole(packs: Packs, text: str, why: str) -> None:
    with pytest.raises(ImportRefused, match=why):
        take(packs, text)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match="cannot be read"):
        read_offers(tmp_path / "not there.csv")


def test_one_schools_export_is_anothers_import(packs: Packs) -> None:
    """There and back: what comes in is what went out, but for the proof, which each school makes itself."""
    library = load("school", packs.folder, packs.folder / "cache")
    own = [each for each in library.services.values() if each.id.startswith("curator")]
    for file in ("pack.yaml", "services.yaml", "topics.yaml"):
        packs.write(f"academy/{file}", packs.read(f"school/{file}"))
    packs.write("academy/services.yaml", "services: []\n")
    packs.write("academy/topics.yaml", "topics: []\n")
    (packs.folder / "out.json").write_text(json.dumps(export(own)), encoding="utf-8")

    report = bring_in(read_offers(packs.folder / "out.json"), "academy", packs.folder)

    written = yaml.safe_load(packs.read(f"academy/{IMPORTED}"))["services"]
    assert report == Report(new=["curator-kuopio", "curator-everywhere"])
    assert [{**each, "verified": True} for each in written] == [as_yaml(each) for each in own]


def test_progress_is_told(packs: Packs) -> None:
    heard: list[int] = []
    (packs.folder / "two.csv").write_text(table(ROW, {**ROW, "id": "another"}), encoding="utf-8")

    bring_in(read_offers(packs.folder / "two.csv"), "school", packs.folder, tell=heard.append)

    assert heard == [1, 2]
