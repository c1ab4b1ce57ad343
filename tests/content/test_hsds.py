"""Services go out as HSDS 3 and come back the same: other directories can use them, and we theirs."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from content.hsds import NotHsds, as_hsds, export, from_hsds, public, services_in
from content.index import Index
from content.library import PACKS_DIR
from content.schema import Service
from content.sources import gather, pack_names

PUBLISHED = "HSDS_SCHEMAS"  # names the folder of HSDS' own schemas; hsds/README.md says which files
SCHEMA = json.loads((Path(__file__).parent / "hsds" / "hsds-3.json").read_text(encoding="utf-8"))
FORMATS = Draft202012Validator.FORMAT_CHECKER


def originals() -> dict[str, Any]:
    """Return HSDS' own schemas by the names of their files."""
    schemas = {
        path.name: json.loads(path.read_text(encoding="utf-8"))
        for path in Path(os.environ[PUBLISHED]).glob("*.json")
    }
    for schema in schemas.values():
        schema.pop("$id", None)  # by it, references would lead to the network
    return schemas


def published() -> Draft202012Validator:
    """Take a page as the originals do, with services as whole as `/services?full=true` gives them."""
    registry: Registry[Any] = Registry().with_contents(originals().items(), default_specification=DRAFT202012)
    page = {
        "$ref": "openapi.json#/components/schemas/Page",
        "properties": {"contents": {"type": "array", "items": {"$ref": "service.json"}}},
    }
    return Draft202012Validator(page, registry=registry, format_checker=FORMATS)


def demands(schema: dict[str, Any]) -> dict[str, Any]:
    """Leave of a schema what data can break, and of references the name alone."""
    kept = {key: schema[key] for key in ("type", "format", "enum", "required") if key in schema}
    if "$ref" in schema:
        kept["$ref"] = Path(schema["$ref"]).stem
    if "items" in schema:
        kept["items"] = demands(schema["items"])
    if "properties" in schema:
        kept["properties"] = {name: demands(each) for name, each in schema["properties"].items()}
    return kept


@pytest.fixture(params=["restated", "published"] if PUBLISHED in os.environ else ["restated"])
def schema(request: pytest.FixtureRequest) -> Draft202012Validator:
    """Ours is restated, since the originals are not ours to keep here: who has them holds the export against both."""
    if request.param == "published":
        return published()
    return Draft202012Validator(SCHEMA, format_checker=FORMATS)


@pytest.fixture(params=pack_names(PACKS_DIR))
def services(request: pytest.FixtureRequest) -> list[Service]:
    index = Index(gather(request.param, PACKS_DIR))
    return [placed.noun for placed in index.services.values()]


@pytest.fixture
def service() -> Service:
    return Service.model_validate(
        {
            "id": "youth-centre",
            "name": {"fi": "Nuorisotila", "sv": "Ungdomslokalen"},
            "what_for": {"fi": "Paikka olla.", "sv": "En plats att vara på."},
            "who_for": {"fi": "kaikille", "sv": "för alla"},
            "address": "Esimerkkikatu 1, Kuopio",
            "channels": [
                {
                    "type": "phone",
                    "value": "044 123 4567",
                    "hours": "Mon-Fri 14-20; PH off",
                    "languages": ["fi"],
                },
                {
                    "type": "chat",
                    "value": "https://chat.example.fi",
                    "hours": "24/7",
                    "languages": ["fi", "sv"],
                },
                {
                    "type": "phone",
                    "value": "044 123 4568",
                    "hours": None,
                    "languages": ["fi"],
                    "verified": False,
                },
            ],
            "source": "https://example.fi",
            "checked": "22.11.2026",
            "remark": "for staff only",
            "verified": True,
        }
    )


def test_all_that_goes_out_validates(services: list[Service], schema: Draft202012Validator) -> None:
    page = export(services)

    assert [error.message for error in schema.iter_errors(page)] == []
    assert page["total_items"] == len(services) > 40


def test_the_schema_sees_what_is_wrong(schema: Draft202012Validator) -> None:
    """A schema that accepts everything would prove nothing."""
    phones, schedules = [{"id": "x"}], [{"freq": "DAILY"}]
    wrong = {"id": "no uuid", "name": 7, "url": "nowhere", "phones": phones, "schedules": schedules}
    page = {**export([]), "size": "1", "contents": [wrong]}

    told = " ".join(error.message for error in schema.iter_errors(page))

    for complaint in (
        "'1' is not of type 'integer'",
        "'no uuid' is not a 'uuid'",
        "7 is not of type 'string'",
        "'nowhere' is not a 'uri'",
        "'status' is a required",
        "'number' is a required",
        "'DAILY' is not one of",
    ):
        assert complaint in told


if PUBLISHED in os.environ:

    def test_what_is_restated_demands_what_the_schemas_as_published_do() -> None:
        """Who changes ours, or takes a newer HSDS, sees where they part."""
        theirs = originals()
        ours = {name: each for name, each in SCHEMA["$defs"].items() if name != "page"}

        assert {name: demands(each) for name, each in ours.items()} == {
            name: demands(theirs[f"{name}.json"]) for name in ours
        }


def test_all_comes_back_as_it_was(services: list[Service]) -> None:
    page = json.loads(json.dumps(export(services)))

    assert [from_hsds(each) for each in services_in(page)] == [public(service) for service in services]


def test_hours_say_whose_clock_they_go_by(service: Service) -> None:
    schedules = as_hsds(service)["schedules"]

    assert [each["opens_at"] for each in schedules] == ["14:00", "00:00"]
    assert all("Europe/Helsinki" in each["notes"] for each in schedules)


def test_what_is_for_staff_or_not_proved_stays_with_us(service: Service) -> None:
    written = json.dumps(as_hsds(service))

    assert "044 123 4567" in written
    assert "044 123 4568" not in written
    assert "for staff only" not in written


def test_weekly_hours_are_schedules(service: Service) -> None:
    line, chat = as_hsds(service)["schedules"]

    assert (line["byday"], line["opens_at"], line["closes_at"]) == ("MO,TU,WE,TH,FR", "14:00", "20:00")
    assert (chat["byday"], chat["opens_at"], chat["closes_at"]) == ("MO,TU,WE,TH,FR,SA,SU", "00:00", "23:59")


def test_what_another_program_changed_comes_back_changed(service: Service) -> None:
    """Our own attribute goes along unread there, and must not win over what somebody corrected."""
    found = as_hsds(service)
    found["phones"][0]["number"] = "044 999 9999"
    found["name"] = "Nuorten talo"
    del found["eligibility_description"]

    whole = from_hsds(found)

    assert [each["value"] for each in whole["channels"]] == ["https://chat.example.fi", "044 999 9999"]
    assert whole["name"] == {"fi": "Nuorten talo"}
    assert whole["what_for"] == {"fi": "Paikka olla.", "sv": "En plats att vara på."}
    assert whole["id"] == "youth-centre"
    assert "who_for" not in whole


def test_a_service_of_another_directory_is_read() -> None:
    found: dict[str, Any] = {
        "id": "ac148810-d857-441c-9679-408f346de14b",
        "name": "Äitien ja lasten talo",
        "description": "Keskusteluapua.",
        "status": "active",
        "url": "https://example.fi/talo",
        "email": "talo@example.fi",
        "phones": [
            {"id": "x", "number": "044 123 4567", "type": "voice"},
            {"id": "y", "number": "1", "type": "fax"},
        ],
        "languages": [{"id": "z", "code": "sv"}],
        "schedules": [
            {"id": "w", "freq": "WEEKLY", "byday": "MO", "opens_at": "09:00", "closes_at": "10:00"}
        ],
        "service_at_locations": [
            {
                "id": "v",
                "location": {
                    "addresses": [{"address_1": "Katu 1", "city": "Kuopio", "postal_code": "70100"}]
                },
            }
        ],
    }

    whole = from_hsds(found)

    assert whole["id"] == "aitien-ja-lasten-talo"
    assert whole["address"] == "Katu 1, 70100 Kuopio"
    assert [(each["type"], each["value"]) for each in whole["channels"]] == [
        ("phone", "044 123 4567"),
        ("web", "https://example.fi/talo"),
        ("email", "talo@example.fi"),
    ]
    assert all(each["languages"] == ["sv"] and each["hours"] is None for each in whole["channels"])


@pytest.mark.parametrize("document", [{}, [], "text", {"contents": []}, 7])
def test_a_document_without_services_is_refused(document: object) -> None:
    with pytest.raises(NotHsds, match="no HSDS services"):
        services_in(document)
