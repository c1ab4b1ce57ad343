"""Bulletins as their readers see them, and subscribing to them (/tilaa, /peru)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.channel import Button, Message
from bot.dialogue import presses
from bot.dialogue.presses import Verb
from bot.dialogue.state import EVERY_CAMPUS, Person, Step, Wish, WishChange, say
from content.hours import HELSINKI
from content.library import Library
from content.news import SUBSCRIBERS, Bulletin
from content.schema import Role
from intents.language import Language

TOPIC = "current-news"  # asked for in words, it is answered with what is news now
LASTS = timedelta(
    days=400
)  # how long a subscription is kept; `storage.retention` says so, and a test that both agree
MOST = 5  # bulletins shown at once


def needs_wishes(command: str, press: str) -> bool:
    """Tell whether a turn is about subscriptions: only then are they looked up."""
    verb = press.partition(":")[0]
    return command in {"tilaa", "peru"} or verb in {Verb.SUBSCRIBE, Verb.UNSUBSCRIBE}


# ---------------------------------------------------------------- as readers see them


def words(bulletin: Bulletin, language: Language) -> str:
    """Write what a bulletin says."""
    lines = [f"📣 **{bulletin.title.get(language)}**", bulletin.text.get(language)]
    if bulletin.link is not None:
        lines.append(f"🔗 {bulletin.link}")
    return "\n\n".join(lines)


def to_reader(chat: str, bulletin: Bulletin, language: Language, library: Library) -> Message:
    """Write a bulletin to somebody who has subscribed, with the way out of it."""
    why = library.say("bulletin.why", language=language)
    out = Button(
        library.say("button.unsubscribe", language=language), presses.data(Verb.UNSUBSCRIBE, presses.ANY)
    )
    return say(chat, f"{words(bulletin, language)}\n\n{why}", buttons=((out,),))


def current(person: Person, library: Library, now: datetime) -> Message | None:
    """Show what is news for a person now, and how to get it from now on; None when nothing is."""
    theirs = [
        each
        for each in library.news.values()
        if each.is_valid(now) and each.is_at(person.campus) and is_for(each, person.role)
    ]
    if not theirs:
        return None
    newest = sorted(theirs, key=lambda each: each.valid_from, reverse=True)[:MOST]
    subscribe = Button(
        library.say("button.subscribe", language=person.language), presses.data(Verb.SUBSCRIBE)
    )
    text = "\n\n".join(words(each, person.language) for each in newest)
    return say(person.chat, text, buttons=((subscribe,),))


def is_for(bulletin: Bulletin, role: Role | None) -> bool:
    """Say whether a person sees it who says to have a role; who says none, or staff, sees what is for anybody."""
    return role in bulletin.readers if role in SUBSCRIBERS else bool(bulletin.readers)


# ---------------------------------------------------------------- subscribing


def ask_audience(person: Person, library: Library) -> Step:
    """Ask whose bulletins are wanted; tell what is subscribed to already."""
    rows = [
        (
            Button(
                library.say(f"bulletin.for_{role}", language=person.language),
                presses.data(Verb.SUBSCRIBE, role),
            ),
        )
        for role in _likeliest_first(person.role)
    ]
    skip = Button(
        library.say("button.skip", language=person.language), presses.data(Verb.SUBSCRIBE, presses.ANY)
    )
    text = library.say("subscribe.ask_audience", language=person.language)
    if person.wishes:
        text = f"{_listed(person, library)}\n\n{text}"
    return Step(person, replies=(say(person.chat, text, buttons=(*rows, (skip,))),))


def _likeliest_first(role: Role | None) -> Sequence[Role]:
    return sorted(SUBSCRIBERS, key=lambda each: each is not role)


def on_subscribe(
    person: Person, chosen: Sequence[str], library: Library, *, ends_at: datetime
) -> Step | None:
    """Take a chosen audience, then a chosen campus; None when a button has grown old."""
    match chosen:
        case []:
            return ask_audience(person, library)
        case [presses.ANY]:
            return Step(
                person,
                replies=(_plain(person, library.say("choice.skipped", language=person.language), library),),
            )
        case [audience] if audience in SUBSCRIBERS and len(library.campuses) > 1:
            return Step(person, replies=(_ask_campus(person, audience, library),))
        case [audience] if audience in SUBSCRIBERS:
            wish = Wish(audience, EVERY_CAMPUS)
        case [audience, campus] if audience in SUBSCRIBERS and (
            campus in library.campuses or campus == EVERY_CAMPUS
        ):
            wish = Wish(audience, campus)
        case _:
            return None
    text = library.say(
        "subscribe.done",
        language=person.language,
        bulletins=named(wish, library, person.language),
        until=_date(ends_at),
    )
    return Step(person, wish=WishChange(wish, is_wanted=True), replies=(_plain(person, text, library),))


def _ask_campus(person: Person, audience: str, library: Library) -> Message:
    here_first = sorted(library.campuses.values(), key=lambda each: each.id != person.campus)
    rows = [
        (Button(each.name.get(person.language), presses.data(Verb.SUBSCRIBE, audience, each.id)),)
        for each in here_first
    ]
    every = Button(
        library.say("subscribe.every_campus", language=person.language),
        presses.data(Verb.SUBSCRIBE, audience, EVERY_CAMPUS),
    )
    text = library.say("subscribe.ask_campus", language=person.language)
    return say(person.chat, text, buttons=(*rows, (every,)))


def ask_which(person: Person, library: Library) -> Step:
    """Ask which subscription shall end."""
    if not person.wishes:
        text = library.say("unsubscribe.nothing", language=person.language)
        return Step(person, replies=(_plain(person, text, library),))
    rows = [
        (
            Button(
                named(each, library, person.language),
                presses.data(Verb.UNSUBSCRIBE, each.audience, each.campus),
            ),
        )
        for each in person.wishes
    ]
    if len(rows) > 1:
        every = library.say("button.unsubscribe_all", language=person.language)
        rows.append((Button(every, presses.data(Verb.UNSUBSCRIBE, presses.YES)),))
    keep = library.say("button.unsubscribe_no", language=person.language)
    rows.append((Button(keep, presses.data(Verb.UNSUBSCRIBE, presses.NO)),))
    text = library.say("unsubscribe.ask", language=person.language)
    return Step(person, replies=(say(person.chat, text, buttons=tuple(rows)),))


def on_unsubscribe(person: Person, chosen: Sequence[str], library: Library) -> Step | None:
    """End what was chosen; None when a button has grown old."""
    match chosen:
        case [presses.ANY]:
            return ask_which(person, library)
        case [presses.NO]:
            text = library.say("unsubscribe.kept", language=person.language)
            return Step(person, replies=(_plain(person, text, library),))
        case [presses.YES]:
            change = WishChange(None, is_wanted=False)
            left: tuple[Wish, ...] = ()
        case [audience, campus]:
            change = WishChange(Wish(audience, campus), is_wanted=False)
            left = tuple(each for each in person.wishes if each != change.wish)
        case _:
            return None
    text = library.say("unsubscribe.done", language=person.language)
    if left:
        text = f"{text}\n\n{_listed(person, library, left)}"
    return Step(person, wish=change, replies=(_plain(person, text, library),))


def _listed(person: Person, library: Library, wishes: Sequence[Wish] | None = None) -> str:
    known = person.wishes if wishes is None else wishes
    names = "\n".join(f"– {named(each, library, person.language)}" for each in known)
    return library.say("subscribe.list", language=person.language, bulletins=names)


def named(wish: Wish, library: Library, language: Language) -> str:
    """Name a subscription: "huoltajille, Kuopio"."""
    campus = library.campuses.get(wish.campus)
    where = campus.name.get(language) if campus else library.say("subscribe.every_campus", language=language)
    return f"{library.say(f'bulletin.for_{wish.audience}', language=language)}, {where}"


def _plain(person: Person, text: str, library: Library) -> Message:
    return say(person.chat, text, anchor=library.say("button.anchor", language=person.language))


def _date(moment: datetime) -> str:
    local = moment.astimezone(HELSINKI)
    return f"{local.day}.{local.month}.{local.year}"
