"""The naive peer: the nearest phrase by one of rapidfuzz's scores.

`python -m tests.bench.peers.nearest SCORER PAIRS.jsonl LABELS`, then lines of {"id", "text"} on standard input.
One label is found much faster than several: what cannot be the nearest is not compared to its end.
"""

import json
import sys
from pathlib import Path

from rapidfuzz import fuzz, process
from rapidfuzz.utils import default_process

NEAREST = 50  # as many phrases are looked at, to name several labels


def main() -> None:
    """Answer each line with the labels of the nearest phrases; null is the label of what is strange."""
    scorer = getattr(fuzz, sys.argv[1])
    pairs = [json.loads(line) for line in Path(sys.argv[2]).read_text("utf-8").splitlines()]
    limit = 1 if sys.argv[3] == "1" else NEAREST
    phrases = [default_process(pair["text"]) for pair in pairs]
    for line in sys.stdin:
        asked = json.loads(line)
        near = process.extract(default_process(asked["text"]), phrases, scorer=scorer, limit=limit)
        scores: dict[str | None, float] = {}
        for _, score, place in near:
            scores.setdefault(pairs[place]["label"], score)
        candidates = list(scores.items())
        topic = candidates[0][0] if candidates else None
        answer = {"id": asked["id"], "topic": topic, "candidates": candidates}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
