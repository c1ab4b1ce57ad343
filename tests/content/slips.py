"""Slips of a keeper's hand in a small pack, each with what is said about it."""

from typing import NamedTuple

TOPICS = "common/topics/wellbeing.yaml"
ANXIETY = "common/phrases/anxiety.yaml"
SLEEP = "common/phrases/sleep.yaml"
LINES = "common/services/lines.yaml"
SAFETY = "common/safety.yaml"
TEXTS = "common/texts.yaml"
CATALOGUE = "common/catalogue.yaml"
PACK = "school/pack.yaml"
SCHOOL_TOPICS = "school/topics.yaml"
SCHOOL_SERVICES = "school/services.yaml"


class Slip(NamedTuple):
    """A change of a file, and what is said about it."""

    file: str
    old: str
    new: str
    fault: str


SLIPS = [
    # The shape of a file
    Slip(
        TOPICS,
        "about: cannot",
        "abuot: cannot",
        'common/topics/wellbeing.yaml:11: "about" is missing; add it',
    ),
    Slip(
        TOPICS,
        "about: cannot",
        "abuot: cannot",
        'wellbeing.yaml:13: unknown key "abuot"; did you mean "about"?',
    ),
    Slip(TOPICS, "name: {fi: Uni}", "name: Uni", 'wellbeing.yaml:12: "name" is not a mapping'),
    Slip(TOPICS, "name: {fi: Uni}", "name: {sv: Sömn}", 'wellbeing.yaml:12: "fi" is missing; add it'),
    Slip(TOPICS, "name: {fi: Uni}", "name: {fi: }", 'wellbeing.yaml:12: "fi" is not text'),
    Slip(TOPICS, "name: {fi: Uni}", 'name: {fi: " "}', 'wellbeing.yaml:12: "fi" is empty'),
    Slip(
        ANXIETY,
        "[ahdistaa, jännittää",
        "[112, jännittää",
        'anxiety.yaml:3: "fi" is not text; put it in quotes',
    ),
    Slip(
        TOPICS,
        "services: [crisis-line]",
        "services: crisis-line",
        'wellbeing.yaml:16: "services" is not a list',
    ),
    Slip(TOPICS, "id: sleep", "id: Sleep!", 'wellbeing.yaml:11: "id" is not in the right form'),
    Slip(LINES, '"24/7"', '"weekdays 9-16"', 'lines.yaml:6: "hours": unknown day "weekdays"'),
    Slip(LINES, '"24/7"', "16", 'lines.yaml:6: "hours": hours are text in quotes'),
    Slip(LINES, '"112"', '"12"', 'lines.yaml:6: "value": 12 is not a Finnish number'),
    Slip(LINES, '"112"', '"+46 8 123 456"', 'lines.yaml:6: "value": +46 8 123 456 is not a Finnish number'),
    Slip(LINES, '"112"', "112", 'lines.yaml:6: "value" is not text; put it in quotes'),
    Slip(
        LINES,
        "https://chat.example.fi",
        "chat.example.fi",
        'lines.yaml:30: "value": chat.example.fi is not a web',
    ),
    Slip(
        LINES, "https://chat.example.fi", "https://chat", 'lines.yaml:30: "value": https://chat is not a web'
    ),
    Slip(
        LINES,
        "type: email, value: null",
        'type: email, value: "a@b"',
        'lines.yaml:34: "value": a@b is not an e-mail',
    ),
    Slip(
        LINES,
        "type: phone",
        "type: fax",
        "lines.yaml:6: \"type\" has an unknown value; write 'phone', 'chat'",
    ),
    Slip(
        LINES,
        "cost: free",
        "cost: gratis",
        "lines.yaml:6: \"cost\" has an unknown value; write 'free' or 'local'",
    ),
    Slip(LINES, "languages: [fi, sv, en]", "languages: []", 'lines.yaml:6: "languages" is empty'),
    Slip(LINES, "verified: true", "verified: yes", 'lines.yaml:9: "verified" is neither true nor false'),
    Slip(LINES, "source: https://112.fi", "source: 112", 'lines.yaml:7: "source"'),
    Slip(
        SAFETY,
        "kinds: [suicide, self-harm]",
        "kinds: [sadness]",
        'safety.yaml:3: "kinds" has an unknown value',
    ),
    Slip(
        SAFETY,
        "levels: [crisis, emergency]",
        "levels: [high]",
        'safety.yaml:5: "levels" has an unknown value',
    ),
    Slip(
        SAFETY,
        "{fi: Soita 112., sv: Ring 112., ",
        "{fi: Soita 112., ",
        'safety.yaml:12: "sv" is missing',
    ),
    Slip(
        PACK, "short: Koulu", "shrot: Koulu", 'school/pack.yaml:3: unknown key "shrot"; did you mean "short"?'
    ),
    Slip(PACK, '"Mon-Fri 9-15"', '"9-15"', 'school/pack.yaml:17: "kuopio": "9-15" is not days and times'),
    Slip(PACK, "in: {fi: Kuopiossa}", "im: {fi: Kuopiossa}", 'school/pack.yaml:7: "in" is missing; add it'),
    # The catalogue
    Slip(
        CATALOGUE,
        "id: sleep",
        "id: stress",
        'catalogue.yaml:4: no file has the topic "stress"; write it in topics/',
    ),
    Slip(CATALOGUE, "id: sleep", "id: stress", 'wellbeing.yaml:11: "sleep" is not in catalogue.yaml'),
    Slip(
        TOPICS,
        "group: wellbeing",
        "group: health",
        'wellbeing.yaml:3: "anxiety" stands in the group health; move it',
    ),
    # Topics
    Slip(
        TOPICS, "near: [sleep]", "near: [slep]", 'wellbeing.yaml:6: there is no topic "slep"; correct the id'
    ),
    Slip(
        TOPICS,
        "services: [crisis-line, ",
        "services: [crysis-line, ",
        'wellbeing.yaml:10: there is no service "cry',
    ),
    Slip(
        TOPICS,
        "[crisis-line, crisis-line-sv",
        "[crisis-line, crisis-line",
        'wellbeing.yaml:10: "crisis-line" stands',
    ),
    Slip(
        TOPICS,
        "group: wellbeing",
        "at_night: [crysis-line]\ngroup: wellbeing",
        'wellbeing.yaml:1: there is no service "crysis-line"',
    ),
    Slip(
        TOPICS,
        "near: [sleep]",
        "at_night: [crysis-line]",
        'wellbeing.yaml:6: there is no service "crysis-line"',
    ),
    # Phrases
    Slip(SLEEP, ", unettomuus]", "]", "wellbeing.yaml:11: 11 Finnish phrases; write at least 12 in phrases/"),
    Slip(
        SLEEP,
        "väsyttää",
        "Ahdistaa!",
        'sleep.yaml:3: "Ahdistaa!" is also a phrase of "anxiety" (anxiety.yaml:3)',
    ),
    Slip(SLEEP, "topic: sleep", "topic: sleeep", 'sleep.yaml:1: there is no topic "sleeep"; correct the id'),
    Slip(
        SLEEP, "topic: sleep", "topic: sleep\nheaviest: bad", 'sleep.yaml:2: "heaviest" has an unknown value'
    ),
    Slip(
        SLEEP,
        "topic: sleep",
        "topic: sleep\nwords: {fi: {storng: uni}}",
        'sleep.yaml:2: unknown key "storng"; did you mean "strong"?',
    ),
    Slip(
        TOPICS,
        "Kerro kuraattorille.",
        "Soita 116117.",
        'wellbeing.yaml:8: "116117" looks like a contact; take it out',
    ),
    Slip(
        TOPICS,
        "Kerro kuraattorille.",
        '"Soita 09 2525 0111."',
        'wellbeing.yaml:8: "09 2525 0111" looks like a',
    ),
    Slip(
        TOPICS,
        "Kerro kuraattorille.",
        '"Katso https://x.fi"',
        'wellbeing.yaml:8: "https://" looks like a contact',
    ),
    Slip(TOPICS, "Kerro kuraattorille.", '"Moi {name}."', "wellbeing.yaml:8: answers have no {placeholders}"),
    # The school's topics
    Slip(
        SCHOOL_TOPICS,
        "id: anxiety",
        "id: anxeity",
        'school/topics.yaml:2: common has no topic "anxeity"; correct',
    ),
    Slip(
        SCHOOL_TOPICS,
        "id: anxiety",
        "id: anxiety\n    near: [sleep]",
        'topics.yaml:3: "near" of this topic belongs',
    ),
    Slip(
        SCHOOL_TOPICS,
        "id: anxiety",
        "id: dorm\n    group: wellness",
        "topics.yaml:3: there is no such group; write one",
    ),
    Slip(
        SCHOOL_TOPICS,
        "id: anxiety",
        "id: dorm\n    group: wellbeing",
        "topics.yaml:2: a topic of the school's own has",
    ),
    Slip(
        SCHOOL_TOPICS,
        "id: anxiety",
        "id: dorm\n    group: wellbeing",
        "topics.yaml:2: there is no Finnish answer for",
    ),
    Slip(SCHOOL_TOPICS, "id: anxiety", "id: dorm\n    group: wellbeing", "topics.yaml:2: 0 Finnish phrases"),
    Slip(
        SCHOOL_TOPICS,
        "id: anxiety",
        "id: anxiety\n    answers: {staff: {sv: Fråga eleven.}}",
        "topics.yaml:3: common has no such answer, so Finnish must be here; write it",
    ),
    # Services
    Slip(
        LINES,
        "id: crisis-line\n",
        "id: emergency-112\n",
        'lines.yaml:10: the id "emergency-112" stands also in services',
    ),
    Slip(
        SCHOOL_SERVICES,
        "id: not-yet-verified",
        "id: chat",
        'school/services.yaml:20: the id "chat" stands also in',
    ),
    Slip(
        LINES,
        "    source: https://112.fi\n",
        "",
        'lines.yaml:8: verified, but "source" is missing; say where',
    ),
    Slip(LINES, '    checked: "2026"\n', "", 'lines.yaml:8: verified, but "checked" is missing'),
    Slip(
        LINES,
        "verified: true",
        "verified: true\n    topics: [slep]",
        'lines.yaml:10: there is no topic "slep"',
    ),
    Slip(
        LINES,
        "verified: true",
        "verified: true\n    campuses: [kuopio]",
        "lines.yaml:10: common knows no campuses",
    ),
    Slip(
        SCHOOL_SERVICES,
        "campuses: [kuopio]",
        "campuses: [kupio]",
        'services.yaml:5: there is no campus "kupio"',
    ),
    Slip(
        SCHOOL_SERVICES,
        "hours: null, languages: [fi]}",
        "hours: null, languages: [fi], verified: true}",
        "school/services.yaml:24: a verified channel of an unverified service is never shown",
    ),
    Slip(
        LINES,
        "09 2525 0111",
        "0800 123 456 789",
        "lines.yaml:14: no number in Finland looks like 0800 123 456 789; count its digits",
    ),
    Slip(
        LINES,
        "https://chat.example.fi",
        "https://chat..example.fi",
        'lines.yaml:30: https://chat..example.fi cannot be right: "chat..example.fi" is no host; copy it again',
    ),
    Slip(
        LINES,
        "source: https://112.fi",
        'source: "https://112.fi/apua),"',
        'lines.yaml:7: https://112.fi/apua), cannot be right: "," does not belong to an address',
    ),
    # The institution
    Slip(PACK, "id: iisalmi", "id: kuopio", 'school/pack.yaml:11: "kuopio" stands twice'),
    Slip(PACK, "id: iisalmi", "id: default", "school/pack.yaml:11: this id means all others"),
    Slip(
        PACK,
        "aliases: [iisalmi]",
        "aliases: [Savilahti]",
        'pack.yaml:14: "Savilahti" is also an alias of "kuopio"',
    ),
    Slip(PACK, '  default: "Mon-Fri 8-16; PH off"\n', "", 'school/pack.yaml:15: no "default"; add it'),
    Slip(PACK, '  kuopio: "Mon', '  kupio: "Mon', 'school/pack.yaml:17: there is no campus "kupio"'),
    # Texts
    Slip(
        TEXTS,
        "  group.wellbeing:",
        "  group.health:",
        'texts.yaml:1: "group.wellbeing" is missing, the menu needs it',
    ),
    Slip(TEXTS, "Hi {name}", "Hi {nmae}", 'texts.yaml:3: the languages of "hello" differ in {name}, {nmae}'),
    Slip(TEXTS, "Hi {name}", "Hi", 'texts.yaml:3: the languages of "hello" differ in {name}'),
    Slip(TEXTS, "Hi {name}", "Hi {name", "texts.yaml:3: "),
    Slip(TEXTS, "Hi {name}", "Hi name}", "texts.yaml:3: unbalanced braces"),
    # Safety
    Slip(
        SAFETY,
        "[emergency-112, crisis-line-sv]",
        "[emergency-113]",
        'safety.yaml:9: there is no service "emergency-113"',
    ),
    Slip(
        SAFETY,
        "fi: [crisis-line, ",
        "fi: [not-yet-verified, ",
        'safety.yaml:8: "not-yet-verified" is not verified',
    ),
    Slip(
        SAFETY,
        "fi: [crisis-line, ",
        "fi: [curator-kuopio, ",
        'safety.yaml:8: "curator-kuopio" is not on every',
    ),
    Slip(SAFETY, "Ring 112 genast.", "Ring genast.", "safety.yaml:6: 112 is not in this text; put it first"),
    Slip(SAFETY, "Soita 112 lapselle.", "Soita.", "safety.yaml:13: 112 is not in this text; put it first"),
    Slip(
        SAFETY,
        "id: anything",
        "id: anything\n    about: [self]",
        "safety.yaml:11: the last entry must fit anything",
    ),
    Slip(SAFETY, "id: anything", "id: suicide-self", 'safety.yaml:11: "suicide-self" stands twice'),
    Slip(SAFETY, "Soita 112 lapselle.", '"Soita {x}."', "safety.yaml:13: this text has no {placeholders}"),
    # Risk
    Slip("common/risk/words.yaml", "level: crisis", "level: bad", "common/risk/words.yaml:14: "),
    # Files
    Slip(TOPICS, "group: wellbeing", "group:\twellbeing\n\tx: 1", "wellbeing.yaml:2: "),
]
