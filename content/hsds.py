"""Our services as Open Referral HSDS 3 JSON, and HSDS as our services.

What HSDS has a place for stands there, in Finnish: name, description, phones, schedules, languages. What it has none
for (translations, ways to write, hours of a single line) goes along whole in an attribute of ours, so that our own
export can be read back without loss. Where both are there and differ, somebody changed the standard part: it wins.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final
from uuid import UUID, uuid5

from content.checking_services import LINKED, NUMBERED
from content.hours_grammar import Hours, Rule, Span
from content.schema import ChannelType, Service, ServiceChannel

Json = dict[str, Any]

_NAMESPACE: Final = UUID("6b3f0c1e-6a0e-5d0f-9d5a-2f7f3c7f6a11")  # ours: an id says the same in every export
_TAXONOMY: Final = "matala"
_WHOLE: Final = "matala-service"  # the attribute that holds all of a service
_DAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_DAY: Final = 24 * 60
_LANGUAGES: Final = {
    "fi": "Finnish", "sv": "Swedish", "en": "English", "se": "Northern Sami", "uk": "Ukrainian", "ru": "Russian",
    "ar": "Arabic", "so": "Somali", "et": "Estonian", "fa": "Persian", "ku": "Kurdish", "fr": "French",
    "de": "German", "es": "Spanish", "tr": "Turkish", "vi": "Vietnamese", "zh": "Chinese", "sq": "Albanian",
}  # fmt: skip
_COST: Final = {"free": "free of charge", "local": "the normal price of a call or message"}
# What is for staff and keepers alone, and what whoever imports has to prove anew.
_OURS_ALONE: Final = ("remark", "owner", "verified")


class NotHsds(Exception):  # noqa: N818 (named for the case, as all of ours are)
    """A JSON document in which no HSDS services are found."""


# --- Out -----------------------------------------------------------------------------------------


def export(services: Iterable[Service]) -> Json:
    """Return services as one page, in the form of HSDS' own API."""
    contents = [as_hsds(service) for service in services]
    return {
        "total_items": len(contents),
        "total_pages": 1,
        "page_number": 1,
        "size": len(contents),
        "first_page": True,
        "last_page": True,
        "empty": not contents,
        "contents": contents,
    }


def as_hsds(service: Service) -> Json:
    """Return one service as HSDS has it."""
    shown = _given_out(service)
    return _without_nothing(
        {
            "id": _id(service.id),
            "name": service.name.fi,
            "description": service.what_for.fi,
            "url": _first(shown, LINKED),
            "email": _first(shown, {ChannelType.EMAIL}),
            "status": _status(service),
            "fees_description": _fees(shown),
            "eligibility_description": service.who_for.fi if service.who_for else None,
            "phones": list(_phones(service, shown)),
            "schedules": list(_schedules(service, shown)),
            "languages": [_language(service.id, code) for code in _spoken(shown)],
            "service_at_locations": list(_locations(service)),
            "attributes": [_attribute(service)],
        }
    )


def _id(*names: object) -> str:
    return str(uuid5(_NAMESPACE, "/".join(map(str, names))))


def _without_nothing(found: Json) -> Json:
    return {key: value for key, value in found.items() if value not in (None, [])}


def _first(shown: Iterable[ServiceChannel], types: Iterable[ChannelType]) -> str | None:
    return next((channel.value for channel in shown if channel.type in types), None)


def _status(service: Service) -> str:
    if service.status == "closed":
        return "defunct"
    return "active" if service.is_shown else "inactive"


def _fees(shown: Iterable[ServiceChannel]) -> str | None:
    return next((_COST[channel.cost] for channel in shown if channel.cost), None)


def _spoken(shown: Iterable[ServiceChannel]) -> list[str]:
    return list(dict.fromkeys(code for channel in shown for code in channel.languages))


def _language(owner: str, code: str) -> Json:
    return {"id": _id(owner, "language", code), "code": code, "name": _LANGUAGES.get(code, code)}


def _phones(service: Service, shown: Iterable[ServiceChannel]) -> Iterator[Json]:
    for number, channel in enumerate(each for each in shown if each.type in NUMBERED):
        yield _without_nothing(
            {
                "id": _id(service.id, "phone", number),
                "service_id": _id(service.id),
                "number": channel.value,
                "type": "text" if channel.type is ChannelType.SMS else "voice",
                "description": channel.note.fi if channel.note else None,
                "languages": [_language(f"{service.id}/phone/{number}", code) for code in channel.languages],
            }
        )


def _locations(service: Service) -> Iterator[Json]:
    """Yield the place; our addresses are a line, without the postal code that an HSDS address must have."""
    if service.address:
        location = {"id": _id(service.id, "location"), "location_type": "physical", "name": service.address}
        yield {
            "id": _id(service.id, "at location"),
            "service_id": _id(service.id),
            "location_id": location["id"],
            "location": location,
        }


def _schedules(service: Service, shown: Iterable[ServiceChannel]) -> Iterator[Json]:
    """Yield the weekly hours in which somebody answers; holidays are told in words."""
    for number, channel in enumerate(shown):
        if channel.opening is None or not channel.is_conversation or channel.type is ChannelType.EMAIL:
            continue
        for place, (days, span) in enumerate(weekly(channel.opening)):
            yield {
                "id": _id(service.id, "schedule", number, place),
                "service_id": _id(service.id),
                "freq": "WEEKLY",
                "byday": ",".join(_DAYS[day] for day in days),
                "opens_at": _clock(span.start),
                "closes_at": _clock(
                    span.end if span.end - span.start < _DAY else span.end - 1
                ),  # not 00:00-00:00
                "description": f"{channel.type} {channel.value}: {channel.opening}",
                # HSDS' own field for it is an offset to UTC, which is right for half of a Finnish year.
                "notes": "Times are those of Europe/Helsinki.",
            }


def weekly(hours: Hours) -> Iterator[tuple[tuple[int, ...], Span]]:
    """Yield the days of the week with each time that holds on them in a week without holidays."""
    spans: dict[int, tuple[Span, ...]] = {}
    for rule in hours.rules:
        for day in _days(rule):
            spans[day] = rule.spans
    by_span: dict[Span, list[int]] = {}
    for day in sorted(spans):
        for span in spans[day]:
            by_span.setdefault(span, []).append(day)
    yield from ((tuple(days), span) for span, days in by_span.items())


def _days(rule: Rule) -> Iterable[int]:
    return range(7) if rule.daily else sorted(rule.weekdays)


def _clock(minutes: int) -> str:
    return f"{minutes // 60 % 24:02}:{minutes % 60:02}"


def _attribute(service: Service) -> Json:
    term = {
        "id": _id("term", _WHOLE),
        "code": _WHOLE,
        "name": "Matala service",
        "description": "All that Matala knows of a service, with its translations, as JSON.",
        "taxonomy": _TAXONOMY,
    }
    return {
        "id": _id(service.id, "attribute"),
        "link_id": _id(service.id),
        "link_entity": "service",
        "taxonomy_term_id": term["id"],
        "value": json.dumps(public(service), ensure_ascii=False),
        "taxonomy_term": term,
    }


def public(service: Service) -> Json:
    """Return a service as its YAML has it, without what is for staff alone or not proved."""
    whole = as_yaml(service)
    whole["channels"] = [channel_as_yaml(channel, with_remark=False) for channel in _given_out(service)]
    return {key: value for key, value in whole.items() if key not in _OURS_ALONE}


def _given_out(service: Service) -> list[ServiceChannel]:
    """Return the ways to reach it that are not doubted; that the whole is not verified, its status says."""
    return [each for each in service.channels if each.value is not None and each.verified is not False]


def as_yaml(service: Service) -> Json:
    """Return a service as plain values, the way a keeper would write it."""
    whole = service.model_dump(mode="json", exclude_none=True, exclude={"channels"})
    whole["channels"] = [channel_as_yaml(channel) for channel in service.channels]
    return {key: value for key, value in whole.items() if value != [] or key == "channels"}


def channel_as_yaml(channel: ServiceChannel, *, with_remark: bool = True) -> Json:
    """Return a way to reach a service as plain values."""
    left_out = {"opening"} if with_remark else {"opening", "remark", "verified"}
    whole = channel.model_dump(mode="json", exclude_none=True, exclude=left_out)
    opening = str(channel.opening) if channel.opening is not None else None
    return {"type": whole.pop("type"), "value": whole.pop("value", None), "hours": opening, **whole}


# --- In ------------------------------------------------------------------------------------------


def services_in(document: Any) -> list[Json]:
    """Return the HSDS services of a document: a page, a list, or one."""
    match document:
        case {"contents": list(found)} | {"services": list(found)} | list(found):
            services = [each.get("service", each) for each in found if isinstance(each, dict)]
        case {"name": str(), "id": str()}:
            services = [document]
        case _:
            services = []
    if not services:
        raise NotHsds('no HSDS services in it; a page has them under "contents"')
    return services


def from_hsds(found: Mapping[str, Any]) -> Json:
    """Return an HSDS service as our YAML would have it; whether that is right, the schema says."""
    standard = _standard(found)
    whole = _whole(found)
    if whole is None:
        return standard
    before = _standard(as_hsds(Service.model_validate({**whole, "verified": True})))
    return _overlaid(whole, before, standard)


def _whole(found: Mapping[str, Any]) -> Json | None:
    for attribute in _listed(found, "attributes"):
        if (attribute.get("taxonomy_term") or {}).get("code") == _WHOLE:
            try:
                whole = json.loads(attribute["value"])
                Service.model_validate({**whole, "verified": True})
            except (KeyError, TypeError, ValueError):
                return None
            return dict(whole)
    return None


def _overlaid(whole: Json, before: Json, now: Json) -> Json:
    """Put what somebody changed in the standard part over ours; our translations of it then no longer hold."""
    changed = {key: value for key, value in now.items() if value != before.get(key) and key != "id"}
    gone = before.keys() - now.keys()
    kept = {key: value for key, value in whole.items() if key not in gone}
    if "channels" in changed:
        changed["channels"] = _channels_overlaid(whole["channels"], before["channels"], now["channels"])
    return {**kept, **changed}


def _channels_overlaid(whole: list[Json], before: list[Json], now: list[Json]) -> list[Json]:
    """Keep ours but for those that went from the standard part, then add what is new in it."""
    gone = {each["value"] for each in before if each not in now}
    return [each for each in whole if each["value"] not in gone] + [
        each for each in now if each not in before
    ]


def _standard(found: Mapping[str, Any]) -> Json:
    """Read what HSDS itself has a place for."""
    languages = [each["code"] for each in _listed(found, "languages") if each.get("code")] or ["fi"]
    whole: Json = {
        "id": _slug(str(found.get("name", "")), str(found.get("id", ""))),
        "name": {"fi": found.get("name")},
        "what_for": {"fi": found.get("description") or found.get("name")},
        "channels": list(_channels(found, languages)),
    }
    if found.get("eligibility_description"):
        whole["who_for"] = {"fi": found["eligibility_description"]}
    if found.get("assured_date"):
        whole["checked"] = found["assured_date"]
    if address := _address(found):
        whole["address"] = address
    if found.get("status") == "defunct":
        whole["status"] = "closed"
    return whole


def _listed(found: Mapping[str, Any], key: str) -> list[Json]:
    listed = found.get(key) or []
    return [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []


def _channels(found: Mapping[str, Any], languages: list[str]) -> Iterator[Json]:
    for phone in _listed(found, "phones"):
        if phone.get("type") in ("fax", "pager"):
            continue
        spoken = [each["code"] for each in _listed(phone, "languages") if each.get("code")] or languages
        channel: Json = {
            "type": "sms" if phone.get("type") == "text" else "phone",
            "value": phone.get("number"),
            "hours": None,  # schedules are the service's, not a line's: promised only when a keeper has looked
            "languages": spoken,
        }
        if phone.get("description"):
            channel["note"] = {"fi": phone["description"]}
        yield channel
    if found.get("url"):
        yield {"type": "web", "value": found["url"], "hours": None, "languages": languages}
    if found.get("email"):
        yield {"type": "email", "value": found["email"], "hours": None, "languages": languages}


def _address(found: Mapping[str, Any]) -> str | None:
    for at in _listed(found, "service_at_locations"):
        location = at.get("location") or {}
        for address in _listed(location, "addresses"):
            lines = [
                address.get("address_1"),
                f"{address.get('postal_code', '')} {address.get('city', '')}".strip(),
            ]
            return ", ".join(line for line in lines if line)
        if location.get("name"):
            return str(location["name"])
    return None


def _slug(name: str, number: str) -> str:
    """Make an id from a name, and from the id where the name has no letters of ours."""
    plain = name.casefold().translate(str.maketrans("äöåé", "aoae"))
    words = "".join(sign if sign.isascii() and sign.isalnum() else " " for sign in plain).split()
    return (
        "-".join(words)[:60].strip("-")
        or "service-" + "".join(s for s in number.casefold() if s.isalnum())[:12]
    )
