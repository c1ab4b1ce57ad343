"""Writes the thresholds that `intents.tuning` chose into the pack: `matala evaluate --tune`."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import yaml

from content.library import PACKS_DIR, Library
from content.sources import COMMON
from intents.evaluate import Labelled
from intents.tuning import tune_danger, tune_topics

_HEADER = "# Written by `matala evaluate --tune` on {lines} labelled messages (docs/understanding.md); not by hand.\n"


def tune(library: Library, labelled: Sequence[Labelled], packs_dir: Path = PACKS_DIR) -> Path:
    """Choose thresholds by labelled messages; return the file that has them now."""
    reader = library.reader
    topics = tune_topics(reader.matcher, labelled)
    danger = tune_danger(reader.sense, reader.rules, labelled)
    text = yaml.safe_dump({"topics": asdict(topics), "danger": asdict(danger)}, sort_keys=False)
    path = packs_dir / COMMON / "thresholds.yaml"
    path.write_text(_HEADER.format(lines=len(labelled)) + text, encoding="utf-8")
    return path
