"""Which services have to be looked at again, and by whom."""

from datetime import date

import pytest

from content.checkup import all_reviews
from content.reviewing import Reason, last_checked
from tests.content.conftest import Packs
from tests.content.slips import LINES, PACK, SCHOOL_SERVICES

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("words", "when"),
    [
        ("17.9.2026", date(2026, 9, 17)),
        ("2026-09-17", date(2026, 9, 17)),
        ("2/2024", date(2024, 2, 29)),
        ("12/2025 (existence); hours not seen", date(2025, 12, 31)),
        ("5-12/2025", date(2025, 12, 31)),
        ("6/2021-9/2022", date(2022, 9, 30)),
        ("pages undated; figures published 21.1.2026", date(2026, 1, 21)),
        ("2026", TODAY),
        ("1.12.2026", TODAY),
        ("31.2.2026", None),
        ("undated page", None),
        ("", None),
    ],
)
def test_the_last_date_that_a_keeper_wrote_counts(words: str, when: date | None) -> None:
    """They write what they saw where, in their own words."""
    assert last_checked(words, TODAY) == when


def test_each_service_is_listed_once_with_its_owner(packs: Packs) -> None:
    packs.edit(PACK, "duty:", "review: {days: 30, owner: kuraattorit}\nduty:")
    packs.edit(LINES, 'checked: "2026"', 'checked: "9/2026"')
    packs.edit(LINES, 'checked: "2026"', "checked: undated")
    packs.edit(SCHOOL_SERVICES, "verified: false", "verified: false\n    owner: palvelupiste")

    found = [
        (each.owner, each.placed.noun.id, each.reason) for each in all_reviews(packs.folder, today=TODAY)
    ]

    assert found == [
        ("common", "emergency-112", Reason.OVERDUE),
        ("common", "crisis-line", Reason.UNDATED),
        ("palvelupiste", "not-yet-verified", Reason.UNVERIFIED),
    ]


def test_the_owner_is_the_packs_unless_a_service_names_one(packs: Packs) -> None:
    packs.edit(PACK, "duty:", "review: {days: 30, owner: kuraattorit}\nduty:")

    assert [each.owner for each in all_reviews(packs.folder, today=TODAY)] == ["kuraattorit"]


def test_what_is_closed_needs_no_review(packs: Packs) -> None:
    packs.edit(SCHOOL_SERVICES, "verified: false", "verified: false\n    status: closed")

    assert all_reviews(packs.folder, today=TODAY) == []


def test_a_schools_ladder_is_reviewed_too(packs: Packs) -> None:
    """Its numbers and rights change, and guardians rely on them."""
    packs.edit(PACK, "duty:", "review: {days: 365, owner: kuraattorit}\nduty:")
    packs.edit(SCHOOL_SERVICES, "verified: false", "verified: false\n    status: closed")
    text = "{fi: Puhutaan., sv: Vi talar., en: We talk.}"
    packs.write(
        "school/ladder.yaml",
        f"""\
steps: [{{id: talk, name: {text}, guardian: {text}, staff: {text}}}]
sources: [https://koulu.example.fi]
checked: "1/2024"
verified: true
""",
    )

    found = [
        (each.owner, each.placed.noun.id, each.reason) for each in all_reviews(packs.folder, today=TODAY)
    ]

    assert found == [("kuraattorit", "ladder", Reason.OVERDUE)]
