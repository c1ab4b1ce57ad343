"""Finding services by words, for everybody: only what may be shown is found, by what may be read of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import log

from content.library import Library
from content.schema import Service
from content.searching import MATTER, NAME, REST, alike, stems

FEW_WORDS = 6  # more of them tell a story, and chance finds services in any story
MOST_FOUND = 5
WORTH_SHOWING = 2.0  # a rare word of what a service is for, or a part of its name
SHORTEST = 4  # letters: shorter words are mostly "on", "saa", "en"; numbers and names may be shorter


@dataclass(frozen=True, slots=True)
class Finder:
    """The words of all services of one state of the content, so that a search need not read them again."""

    version: str
    weights: dict[str, dict[str, float]]  # of each stem, what it weighs at which service

    @classmethod
    def of(cls, library: Library) -> "Finder":
        """Read what is said of each service that may be shown."""
        weights: dict[str, dict[str, float]] = {}
        for service in library.services.values():
            if not service.is_shown:
                continue
            for weight, text in _said_of(service, library):
                for stem in stems(text):
                    by_service = weights.setdefault(stem, {})
                    by_service[service.id] = max(weight, by_service.get(service.id, 0.0))
        return cls(library.version, _by_rarity(weights, len(library.services)))

    def find(self, words: str) -> list[str]:
        """Return the ids of services that fit a few words, the best first."""
        wanted = [each for each in dict.fromkeys(stems(words)) if len(each) >= SHORTEST or self._names(each)]
        if not 0 < len(wanted) <= FEW_WORDS:
            return []
        scores: dict[str, float] = {}
        for word in wanted:
            for service, score in self._fitting(word).items():
                scores[service] = scores.get(service, 0.0) + score
        enough = max(WORTH_SHOWING, max(scores.values(), default=0.0) / 2)
        good = [each for each in scores if scores[each] >= enough]
        return sorted(good, key=lambda each: (-scores[each], each))[:MOST_FOUND]

    def _names(self, word: str) -> bool:
        """Say whether a short word is somebody's name or number: "zek", "112"."""
        return max(self.weights.get(word, {}).values(), default=0.0) > MATTER

    def _fitting(self, word: str) -> dict[str, float]:
        """Return how well each service fits one word."""
        best: dict[str, float] = {}
        for stem, by_service in self.weights.items():
            nearness = alike(word, stem)
            if nearness:
                for service, weight in by_service.items():
                    best[service] = max(best.get(service, 0.0), weight * nearness)
        return best


def _by_rarity(weights: dict[str, dict[str, float]], services: int) -> dict[str, dict[str, float]]:
    """Let a word that stands at every second service say little."""
    return {
        stem: {
            each: weight * log(services / len(by_service)) / log(services)
            for each, weight in by_service.items()
        }
        for stem, by_service in weights.items()
    }


def _said_of(service: Service, library: Library) -> Iterator[tuple[float, str]]:
    """Yield what anybody may read of a service, with how much a word in it weighs."""
    yield from ((NAME, text) for _, text in service.name.items())
    yield from ((MATTER, text) for _, text in service.what_for.items())
    if service.who_for is not None:
        yield from ((REST, text) for _, text in service.who_for.items())
    yield REST, service.address or ""
    yield from ((MATTER, each.value or "") for each in service.channels if service.is_channel_shown(each))
    for campus in service.campuses or ():
        if campus in library.campuses:
            yield REST, library.campuses[campus].name.fi
