"""The packs that go out: they load, and nobody in danger is left with closed lines."""

from datetime import datetime, timedelta
from functools import lru_cache

import pytest

from content.hours import HELSINKI, is_open
from content.hours_words import describe
from content.library import PACKS_DIR, Library, check, load
from content.nights import answers_at_night
from content.schema import Role, Service
from content.sources import pack_names
from intents.language import ANSWERED, Language
from intents.risk import About, Kind, Level, Risk

SCHOOLS = pack_names(PACKS_DIR)
# The worst moments to be in need: a Saturday night, Christmas Eve, midsummer night, a summer Sunday's morning.
WORST = [
    datetime(2026, 11, 29, 3, 30, tzinfo=HELSINKI),
    datetime(2026, 12, 24, 23, 0, tzinfo=HELSINKI),
    datetime(2026, 6, 20, 2, 0, tzinfo=HELSINKI),
    datetime(2026, 7, 5, 7, 0, tzinfo=HELSINKI),
]


@lru_cache(maxsize=len(SCHOOLS))
def library_of(school: str) -> Library:
    return load(school)


@pytest.fixture(params=SCHOOLS)
def school(request: pytest.FixtureRequest) -> Library:
    return library_of(request.param)


def answers_now(service: Service, language: Language, now: datetime) -> bool:
    return any(
        channel.opening is not None and is_open(channel.opening, now)
        for channel in service.shown_channels(language)
        if channel.is_conversation
    )


def test_both_institutions_have_a_pack() -> None:
    assert {"sakky", "sskky"} <= set(SCHOOLS)


def test_no_pack_has_a_fault() -> None:
    faults = [str(fault) for fault in check() if not fault.is_warning]

    assert faults == []


def test_every_topic_is_answered_in_finnish_to_everybody(school: Library) -> None:
    assert all(
        school.answer(topic, role=role, language=Language.FI) for topic in school.topics for role in Role
    )


def test_services_shown_are_verified_and_can_be_reached(school: Library) -> None:
    """Design, section 4: every number comes from a pack, with its source and the day it was last checked."""
    shown = [
        service
        for topic in school.topics
        for campus in (None, *school.campuses)
        for language in ANSWERED
        for role in Role
        for service in school.services_for(topic, campus=campus, role=role, language=language)
    ]

    assert all(each.verified and each.source and each.checked and each.status != "closed" for each in shown)
    assert all(each.address or each.shown_channels(Language.FI) for each in shown)


@pytest.mark.parametrize("language", ANSWERED)
def test_every_matter_ends_in_somebody_who_answers_at_night(school: Library, language: Language) -> None:
    """On each campus, for each role: in small talk alone nobody seeks help."""
    without = {*school.groups["about_the_bot"]} - {"human"}
    last = {
        (topic, campus, role): services[-1] if services else None
        for topic in school.topics.keys() - without
        for campus in (None, *school.campuses)
        for role in Role
        for services in [school.services_for(topic, campus=campus, role=role, language=language)]
    }

    assert [
        where for where, each in last.items() if each is None or not answers_at_night(each, language)
    ] == []


@pytest.mark.parametrize("now", WORST, ids=lambda now: f"{now:%a %d.%m. %H}")
@pytest.mark.parametrize("language", ANSWERED)
def test_somebody_answers_in_every_danger_at_every_hour(
    school: Library, language: Language, now: datetime
) -> None:
    """112 stands in every text; beside it, a second way out that is open, at any hour (voice.md, rule 7)."""
    risks = [Risk(level, kind, about) for level in Level if level for kind in Kind for about in About]
    left_alone = {
        reply.id
        for risk in risks
        for reply in [school.safety_reply(risk, language=language, campus=None, now=now)]
        if "112" not in reply.text or not any(answers_now(each, language, now) for each in reply.services)
    }

    assert left_alone == set()


def test_who_answers_now_stands_first_in_danger(school: Library) -> None:
    for now in WORST:
        for kind in Kind:
            reply = school.safety_reply(Risk(Level.CRISIS, kind), language=Language.FI, campus=None, now=now)
            assert answers_now(reply.services[0], Language.FI, now), (now, kind)


def test_hours_can_be_told_in_each_language(school: Library) -> None:
    openings = {
        channel.opening
        for service in school.services.values()
        for channel in service.channels
        if channel.opening
    }

    told = [describe(opening, language) for opening in openings for language in ANSWERED]

    assert all(told)


def test_duty_hours_come_within_a_fortnight(school: Library) -> None:
    """Whoever writes when nobody is there is told when somebody will be."""
    for campus in (None, *school.campuses):
        hours = school.duty(campus)
        days = [datetime(2026, 11, 23, 12, tzinfo=HELSINKI) + timedelta(days=day) for day in range(14)]
        assert any(is_open(hours, day) for day in days)
