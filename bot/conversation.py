"""A person's turn: what is known about them is loaded, the dialogue decides, its decision is carried out."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot import continuing
from bot.channel import Message, Reach, Turn
from bot.dialogue import bulletins, onboarding, unanswered
from bot.dialogue.commands import BIND
from bot.dialogue.onboarding import introduction
from bot.dialogue.respond import as_said, respond
from bot.dialogue.state import Memory, Mode, Person, Step, Wish, WishChange, words_of
from bot.handoff import closing, relaying, reminding
from bot.handoff.alerting import LAST_TURNS, staff_note
from bot.handoff.letters import Letter, urgent
from bot.handoff.opening import Occasion, open_or_join
from bot.records import report
from content.library import Library
from content.schema import Role
from intents.language import Language
from intents.risk import Level
from storage import broadcasts, cases, contacts, counts, staff, subscriptions, turns
from storage.cases import Case
from storage.contacts import Contact
from storage.subscriptions import Subscription
from storage.unanswered import put as put_unanswered

NO_QUESTION = frozenset({"thanks"})  # words to a human that wait for no answer
SEEN_EVERY = timedelta(hours=1)  # how exactly it is kept when somebody last wrote: it is forgotten by the day
ABOUT_THE_BOT = "about_the_bot"  # the catalogue's group in which nobody seeks help
LOOKED_BACK = 12  # turns in which the message of an answer that was not meant is looked for


async def on_person_turn(
    session: AsyncSession, turn: Turn, library: Library, *, now: datetime, address: str = ""
) -> list[Letter]:
    """Answer a turn and do all that follows from it; everything lands in the given transaction.

    `address` is where browsers find the school's pages.
    """
    code = continuing.code_in(turn)
    if code is not None:
        return await continuing.on_code(session, turn, code, library, now=now)
    turn = as_said(turn)
    contact = await contacts.load(session, turn.chat, now=now)
    case = await cases.open_of(session, contact.id)
    person = replace(_person(contact, case, turn), site=address)
    if turn.command == "start" or not person.memory.introduced:
        person = replace(person, has_staff=bool(await staff.chats(session)))
    if bulletins.needs_wishes(turn.command, turn.press):
        known = await subscriptions.of(session, turn.chat)
        person = replace(person, wishes=tuple(Wish(each.audience, each.campus) for each in known))
    step = respond(person, turn, library, now=now)
    if case is None and step.handoff is not None:
        step = replace(step, person=step.person.remembering(acknowledged=False))
    if step.forgets:
        return await _forget(session, contact, case, step, library, now=now)
    if step.wish is not None:
        await _subscribe(session, turn.chat, step.wish, step.person, now=now)
    letters = _replies(step)
    letters += await _hand_off(session, contact, case, step, turn, library, now=now)
    if step.ends_case and case is not None:
        letters += await closing.by_person(session, case, library, language=step.person.language, now=now)
    if step.exports:
        kept = await contacts.everything(session, contact.id)
        letters.append(Letter(Message(turn.chat, report(kept, step.person.language, library))))
    if step.helpful is not None:
        topic, helped = step.helpful
        await counts.feedback(session, topic, helped=helped, at=now)
    if case is None and _is_question(step.understood, library):
        await counts.asked(session, step.understood, at=now)
    await _keep_unanswered(session, contact, step, library, now=now)
    await _remember(session, contact, step, turn, now=now)
    return letters


def _person(contact: Contact, case: Case | None, turn: Turn) -> Person:
    """Put together what the dialogue may know."""
    # A case that no staff chat could be told of yet: nobody listens, so the bot goes on helping.
    is_heard = case is not None and case.staff_chat is not None
    mode = Mode.BOT if not is_heard else Mode.HUMAN if case and case.status == cases.CLAIMED else Mode.WAITING
    return Person(
        chat=contact.chat,
        language=Language(contact.language) if contact.language else onboarding.at_first(turn),
        language_chosen=contact.language_chosen,
        role=Role(contact.role) if contact.role else None,
        campus=contact.campus,
        mode=mode,
        is_in_danger=case is not None and case.level >= Level.CRISIS,
        memory=Memory.from_json(contact.state),
    )


def _is_question(topic: str, library: Library) -> bool:
    """Tell whether somebody asked about a matter; a greeting and its like are none."""
    return topic in library.topics and topic not in library.groups.get(ABOUT_THE_BOT, ())


async def _subscribe(
    session: AsyncSession, chat: str, change: WishChange, person: Person, *, now: datetime
) -> None:
    """Let a subscription begin or end."""
    wish = None if change.wish is None else Subscription(change.wish.audience, change.wish.campus)
    if wish is not None and change.is_wanted:
        await subscriptions.subscribe(session, chat, wish, language=person.language, at=now)
    else:
        await subscriptions.unsubscribe(session, chat, wish)


def _replies(step: Step) -> list[Letter]:
    """Put postage on the replies: what saves goes first and is sent again in doubt."""
    return [urgent(reply) if step.is_safety else Letter(reply) for reply in step.replies]


async def _hand_off(
    session: AsyncSession,
    contact: Contact,
    case: Case | None,
    step: Step,
    turn: Turn,
    library: Library,
    *,
    now: datetime,
) -> list[Letter]:
    """Carry the words to an open case; open one, or make it graver, if the step asks for that."""
    letters: list[Letter] = []
    if case is not None and step.relay is not None:
        letters += relaying.to_case(case, step.person, step.relay, library)
        if not step.relay.is_edit and step.understood not in NO_QUESTION:
            await reminding.expect_answer(session, case, Level.NONE, library, now=now)
    if step.handoff is None:
        return letters
    # The case takes role, language and campus from the contact: they may have been learnt from this very turn.
    current = replace(
        contact, role=step.person.role, language=step.person.language, campus=step.person.campus
    )
    asked_in_words = "" if onboarding.is_anchor_label(turn.text, library) else turn.text
    occasion = Occasion(
        current,
        step.person,
        asked_in_words,
        await turns.last(session, contact.id, LAST_TURNS),
        ref=turn.ref if asked_in_words else "",
    )
    chats = await staff.chats(session)
    _, told = await open_or_join(session, step.handoff, occasion, chats, library, now=now)
    return letters + told


async def _keep_unanswered(
    session: AsyncSession, contact: Contact, step: Step, library: Library, *, now: datetime
) -> None:
    """Keep what was not understood for the keepers of content, without anything of who wrote it."""
    wish = step.unanswered
    if step.not_meant:
        rows = await turns.last(session, contact.id, LOOKED_BACK)
        said = [row.text for row in rows if row.by == "person"]
        wish = unanswered.answered_wrongly(
            step.person.remembering(misses=0), step.not_meant, said, library, now=now
        )
    if wish is not None:
        await put_unanswered(
            session, wish.text, language=wish.language, outcome=wish.outcome, guesses=wish.guesses, at=now
        )


async def _remember(
    session: AsyncSession, contact: Contact, step: Step, turn: Turn, *, now: datetime
) -> None:
    """Keep what was said, and what was learnt about the person."""
    # A deep link's payload is nobody's words, a staff code nobody's to keep.
    written = "" if turn.command in {"start", BIND} else turn.text
    said: list[tuple[turns.Speaker, str]] = [("person", written), ("bot", words_of(step.replies))]
    await turns.add_all(session, contact.id, [each for each in said if each[1]], at=now, ref=turn.ref or None)
    learnt = replace(
        contact,
        role=step.person.role,
        language=step.person.language,
        language_chosen=step.person.language_chosen,
        campus=step.person.campus,
        reachable=True,
        state=step.person.memory.to_json(),
    )
    if learnt.language != contact.language and learnt.language is not None:
        await subscriptions.set_language(session, contact.chat, learnt.language)
    if learnt != contact or now - contact.seen_at > SEEN_EVERY:
        await contacts.save(session, learnt, now=now)


async def _forget(
    session: AsyncSession, contact: Contact, case: Case | None, step: Step, library: Library, *, now: datetime
) -> list[Letter]:
    """Delete everything of a person. Staff learn that the conversation is over, not what it was about."""
    letters: list[Letter] = []
    if case is not None:
        letters += await closing.by_forgetting(session, case, library, now=now)
        # What is left to say to staff names no row of the case: that goes with everything else.
        letters = [replace(letter, case_id=None) for letter in letters]
    await contacts.forget(session, contact.id)
    forgotten = Letter(introduction(step.person, library, key="privacy.forgotten"))
    return [*_replies(step), forgotten, *letters]


async def on_reach(session: AsyncSession, reach: Reach, library: Library) -> list[Letter]:
    """Note that a person blocked the bot or let it in again; staff who talk with them are told."""
    await contacts.set_reachable(session, reach.chat, reach.reachable)
    if not reach.reachable:
        # Blocking us is the plainest of ways to say no.
        await subscriptions.unsubscribe(session, reach.chat)
        await broadcasts.note_gone(session, reach.chat)
    contact = await contacts.find(session, reach.chat)
    if contact is None:
        return []  # forgotten, or never written: nobody is made out of a block
    case = await cases.open_of(session, contact.id)
    if case is None or case.staff_chat is None:
        return []
    key = "staff.person_back" if reach.reachable else "staff.person_gone"
    return [staff_note(case, key, library)]
