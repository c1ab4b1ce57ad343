"""What must hold for services: ids exist, what is verified is proved, numbers and addresses can be right."""

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

import phonenumbers
from phonenumbers import shortnumberinfo

from content.faults import Document, Fault, Step, Subject, unknown
from content.index import Index, Placed
from content.schema import ChannelType, Service
from content.sources import COMMON

COUNTRY: Final = "FI"
NUMBERED: Final = frozenset({ChannelType.PHONE, ChannelType.SMS})
LINKED: Final = frozenset({ChannelType.WEB, ChannelType.CHAT})

# Labels of letters, digits and hyphens inside; the last of letters, or of an international name.
_HOST: Final = re.compile(
    r"(?!-)[^\W_]([\w-]*[^\W_])?(\.[^\W_]([\w-]*[^\W_])?)*\.([^\W\d_]{2,}|xn--[a-z0-9-]+)"
)
_STRAY: Final = re.compile(r"[<>\"{}|\\^`]|[.,;:!)]$")  # signs of the text around it, copied along


def check_services(index: Index) -> Iterator[Fault]:
    """Find ids that nothing has, campuses in common, and claims that are not proved."""
    for placed in index.services.values():
        service = placed.noun
        yield from _check_proof(placed)
        for number, topic in enumerate(service.topics):
            if topic not in index.topic_ids:
                yield placed.fault(("topics", number), unknown("topic", topic))
        is_common = is_of_common(placed)
        if is_common and service.campuses is not None:
            message = (
                "common knows no campuses; remove them, or move the service to the school's services.yaml"
            )
            yield placed.fault(("campuses",), message)
        for number, campus in enumerate(() if is_common else service.campuses or ()):
            if campus not in index.campuses:
                yield placed.fault(("campuses", number), unknown("campus", campus))


def is_of_common(placed: Placed[Service]) -> bool:
    """Say whether a service is there for every school."""
    return COMMON in placed.document.path.parts[-3:-1]


def _check_proof(placed: Placed[Service]) -> Iterator[Fault]:
    service = placed.noun
    if service.verified:
        for field in ("source", "checked"):
            if getattr(service, field) is None:
                message = (
                    f'verified, but "{field}" is missing; say where it was seen, or write verified: false'
                )
                yield placed.fault(("verified",), message)
        if service.status != "closed" and not service.is_shown:
            message = "verified, but without a way to reach it that can be shown, so nobody sees it; add one"
            yield placed.warning(("channels",), Subject.HIDDEN, message)
        return
    for number, channel in enumerate(service.channels):
        if channel.verified:
            message = "a verified channel of an unverified service is never shown; verify the service as well"
            yield placed.fault(("channels", number, "verified"), message)


def check_numbers(index: Index) -> Iterator[Fault]:
    """Find numbers that cannot be right; one that the number plan merely doesn't know is looked at by a keeper."""
    for placed in index.services.values():
        for number, channel in enumerate(placed.noun.channels):
            if channel.type not in NUMBERED or channel.value is None:
                continue
            where = ("channels", number, "value")
            match plausibility(channel.value):
                case "impossible":
                    message = f"no number in Finland looks like {channel.value}; count its digits"
                    yield placed.fault(where, message)
                case "unknown":
                    # Numbers that are new, such as 116 016, are real long before a library knows them.
                    message = (
                        f"the number plan does not know {channel.value}; call it, or compare with its source"
                    )
                    yield placed.warning(where, Subject.PHONE, message)


def plausibility(number: str) -> str:
    """Return whether a number is "known" to the number plan, "unknown", or "impossible"."""
    try:
        parsed = phonenumbers.parse(number, COUNTRY)
    except phonenumbers.NumberParseException:
        return "impossible"
    is_short = number[0] not in "0+"
    if phonenumbers.is_valid_number(parsed) or _is_known_short(parsed):
        return "known"
    is_possible = is_short and shortnumberinfo.is_possible_short_number_for_region(parsed, COUNTRY)
    return "unknown" if is_possible else "impossible"


def _is_known_short(parsed: phonenumbers.PhoneNumber) -> bool:
    return shortnumberinfo.is_valid_short_number_for_region(parsed, COUNTRY)


def check_addresses(index: Index) -> Iterator[Fault]:
    """Find web addresses that cannot be right; whether they answer is not tried."""
    site = index.sources.school.content.institution.site
    if site is not None:
        yield from _check_address(index.sources.school.document, ("institution", "site"), site)
    for placed in index.services.values():
        for path, address in _addresses(placed.noun):
            yield from _check_address(placed.document, (*placed.where, *path), address)


def _addresses(service: Service) -> Iterator[tuple[tuple[Step, ...], str]]:
    if service.source is not None:
        yield ("source",), service.source
    for number, source in enumerate(service.more_sources):
        yield ("more_sources", number), source
    for number, channel in enumerate(service.channels):
        if channel.type in LINKED and channel.value is not None:
            yield ("channels", number, "value"), channel.value


def _check_address(document: Document, where: tuple[Step, ...], address: str) -> Iterator[Fault]:
    reason = what_is_wrong_with(address)
    if reason is not None:
        yield document.fault(where, f"{address} cannot be right: {reason}; copy it again")
    elif address.startswith("http:") and "channels" in where:
        message = f"{address} is not encrypted; write https:// if the page answers there"
        yield document.warning(where, Subject.ADDRESS, message)


def what_is_wrong_with(address: str) -> str | None:
    """Return why a web address cannot be right, or None."""
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "its host or port is no such thing"
    if not host or not _HOST.fullmatch(host):
        return f'"{host or ""}" is no host'
    if parts.username is not None:
        return "there is a name or an e-mail address in it"
    if found := _STRAY.search(address):
        return f'"{found[0]}" does not belong to an address'
    return None
