"""One school's topics: those of common with what the school adds, and its own."""

from collections.abc import Mapping

from content.index import Index
from content.schema import Answers, Topic
from content.schema_fields import LocalText
from content.schema_school import PartialAnswers, PartialText, SchoolTopic


def topics_of(index: Index) -> Mapping[str, Topic]:
    """Return the topics as this school answers them, in the order of the catalogue, then its own."""
    merged: dict[str, Topic] = {}
    at_night = {file.content.group: file.content.at_night for file in index.sources.topics}
    for group, entries in index.sources.catalogue.content.groups.items():
        for entry in entries:
            common = index.topics[entry.id].noun
            own = index.school_topics.get(entry.id)
            topic = common if own is None else _merge(common, own.noun)
            merged[entry.id] = _with_nights(topic, at_night.get(group, ()))
    for name, placed in index.school_topics.items():
        if name not in merged:
            merged[name] = _with_nights(_own(placed.noun), at_night.get(placed.noun.group or "", ()))
    return merged


def _with_nights(topic: Topic, of_group: tuple[str, ...]) -> Topic:
    return topic if topic.at_night or not of_group else topic.model_copy(update={"at_night": of_group})


def groups_of(index: Index) -> Mapping[str, tuple[str, ...]]:
    """Return the ids of topics by group: the catalogue's, then the school's own."""
    groups = {
        group: [entry.id for entry in entries]
        for group, entries in index.sources.catalogue.content.groups.items()
    }
    for topic, placed in index.school_topics.items():
        if topic not in index.topics and placed.noun.group is not None:
            groups[placed.noun.group].append(topic)
    return {group: tuple(topics) for group, topics in groups.items()}


def _merge(common: Topic, own: SchoolTopic) -> Topic:
    parts = [own.services, common.services]
    if own.services_first == "common":
        parts.reverse()
    return common.model_copy(
        update={
            "answers": _answers(own.answers, common.answers),
            "sources": tuple(dict.fromkeys(own.sources + common.sources)),
            "services": tuple(dict.fromkeys(parts[0] + parts[1])),
        }
    )


def _own(topic: SchoolTopic) -> Topic:
    """Make a topic of the school alone; checking has seen that all of it is there."""
    return Topic.model_validate(
        {
            "id": topic.id,
            "name": topic.name,
            "about": topic.about,
            "near": topic.near,
            "answers": _answers(topic.answers, None),
            "sources": topic.sources,
            "services": topic.services,
        }
    )


def _answers(own: PartialAnswers, common: Answers | None) -> Answers:
    return Answers.model_validate(
        {
            "student": _text(own.student, common.student if common else None),
            "guardian": _text(own.guardian, common.guardian if common else None),
            "staff": _text(own.staff, common.staff if common else None),
        }
    )


def _text(own: PartialText | None, common: LocalText | None) -> LocalText | None:
    """Put what the school says over what common says, language by language."""
    if own is None:
        return common
    below = common.model_dump() if common is not None else {}
    return LocalText.model_validate({**below, **own.model_dump(exclude_none=True)})
