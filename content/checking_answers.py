"""What every answer keeps: it is short, and where somebody may come to harm it names who answers late."""

import re
from collections.abc import Iterator
from typing import Final

from content.faults import Fault, Step, Subject
from content.index import Index, Placed
from content.merging import topics_of
from content.nights import answers_late
from content.schema import Service, Topic
from content.schema_fields import LocalText
from content.schema_school import PartialText, SchoolTopic
from intents.language import Language

SENTENCES: Final = (2, 5)

# A sentence ends with . ? or ! before a space or the paragraph's end. It goes on where a small letter follows
# ("esim. opo") or a figure ("8.30"); a step's number ("1.") ends nothing. A quotation is one word, and ends a
# sentence only where its own sign does and a capital follows.
_STEP: Final = re.compile(r"^\d+\.\s+")
_QUOTATION: Final = re.compile(r'"[^"]*"(?P<last>(?=\s+[A-ZÅÄÖ]|\s*$))?')
_END: Final = re.compile(r"[.?!…]+[)\]*]*(?:\s+(?![a-zåäö])|$)")

# Of a service's name: what is in brackets, its number, and whose it is ("MIELI Kriisipuhelin 116 123 (suomi)").
_ASIDE: Final = re.compile(r"\s*\(.*?\)|\s+\d[\d ]*$|^[A-ZÅÄÖ]{3,}\s+")
_ENDING: Final = 2  # letters that Finnish may change: Nollalinja, Nollalinjalle
_ALARM: Final = "112"  # it saves a life; it is not for talking a night through
_SAYS_IN_FINNISH: Final = {Language.SV: "finska", Language.EN: "Finnish"}


def answers_in_order(index: Index) -> Iterator[Fault]:
    """Find answers that are too long or too short, and heavy ones that leave the reader alone with the night."""
    yield from _counted(index)
    yield from _left_alone(index)


def _counted(index: Index) -> Iterator[Fault]:
    least, most = SENTENCES
    for placed, where, text in _answers(index):
        for language, words in text.items():
            if not least <= (number := sentences(words)) <= most:
                count = f"{number} sentence" if number == 1 else f"{number} sentences"
                message = f"{count}; an answer has {least} to {most}"
                yield placed.warning((*where, language), Subject.SENTENCES, message)


def sentences(text: str) -> int:
    """Count the sentences of a text; every paragraph ends one."""
    return sum(map(_in_paragraph, text.splitlines()))


def _in_paragraph(line: str) -> int:
    plain = _QUOTATION.sub(_as_word, _STEP.sub("", line.strip()))
    return sum(map(bool, _END.split(plain)))


def _as_word(quotation: re.Match[str]) -> str:
    ends = quotation["last"] is not None and quotation[0][-2] in ".?!…"
    return "x." if ends else "x"


def _left_alone(index: Index) -> Iterator[Fault]:
    """Find heavy answers for students and guardians that name nobody of the topic who answers late in the day.

    A topic is heavy where its phrases file says that its lines may speak of concern or more (`heaviest`).
    """
    heavy = {each.content.topic for each in index.sources.phrases if each.content.heaviest != "none"}
    late = {
        name: [index.services[each].noun for each in topic.services if _talks_late(index.services[each].noun)]
        for name, topic in topics_of(index).items()
    }
    for placed, where, text in _answers(index):
        name = placed.noun.id
        if name not in heavy or where[0] != "answers" or where[-1] == "staff":
            continue
        for language, words in text.items():
            if (message := _lack(words, late[name], language)) is not None:
                yield placed.warning((*where, language), Subject.ALONE, message)


def _lack(words: str, late: list[Service], language: Language) -> str | None:
    named = [each for each in late if _is_named(each, words, language)]
    if not late:
        return "it may be read in need, but its services have nobody who answers late; add one and name it"
    if not named:
        names = " or ".join(each.name.get(language) for each in late[:2])
        return f"it may be read in need, but names nobody who answers late; name {names}"
    theirs = _SAYS_IN_FINNISH.get(language)
    if theirs is not None and theirs not in words and not any(_speaks(each, language) for each in named):
        return f'who is named answers in another language; say so ("{theirs}")'
    return None


def _is_named(service: Service, words: str, language: Language) -> bool:
    name = _ASIDE.sub("", service.name.get(language))
    return name[: max(len(name) - _ENDING, 4)].casefold() in words.casefold()


def _talks_late(service: Service) -> bool:
    lines = [each for each in service.shown_channels(Language.FI) if each.is_conversation]
    return (
        service.is_shown
        and any(each.value != _ALARM for each in lines)
        and any(answers_late(service, language) for language in Language)
    )


def _speaks(service: Service, language: Language) -> bool:
    return any(each.speaks(language) for each in service.shown_channels(language) if each.is_conversation)


def _answers(
    index: Index,
) -> Iterator[tuple[Placed[Topic] | Placed[SchoolTopic], tuple[Step, ...], LocalText | PartialText]]:
    """Yield what is answered, by common and by the school, with the place inside its topic."""
    every: list[Placed[Topic] | Placed[SchoolTopic]] = [*index.topics.values(), *index.school_topics.values()]
    for placed in every:
        for role in ("student", "guardian", "staff"):
            if (text := getattr(placed.noun.answers, role)) is not None:
                yield placed, ("answers", role), text
    for topic in index.topics.values():
        choices = topic.noun.follow_up.choices if topic.noun.follow_up is not None else ()
        for number, choice in enumerate(choices):
            for role in ("student", "guardian", "staff"):
                if choice.answers is not None and (text := getattr(choice.answers, role)) is not None:
                    yield topic, ("follow_up", "choices", number, "answers", role), text
