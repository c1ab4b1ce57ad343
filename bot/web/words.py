"""Texts of the packs as HTML: escaped, their **bold** shown, and honest about their language."""

import re

from markupsafe import Markup, escape

from content.schema_fields import LocalText
from intents.language import Language

_BOLD = re.compile(r"\*\*(.+?)\*\*")
_BREAKS = re.compile(r"\n{2,}")


def paragraphs(text: str) -> Markup:
    """Show a text of ours: its paragraphs, its line breaks, its **bold** words."""
    shown = (_with_bold(each.strip()) for each in _BREAKS.split(text))
    return Markup("\n").join(Markup(f"<p>{each}</p>") for each in shown if each)


def _with_bold(text: str) -> str:
    return str(bold(text)).replace("\n", "<br>\n")


def bold(text: str) -> Markup:
    """Show a text of ours with its **bold** words, its lines left to the style."""
    return Markup(_BOLD.sub(r"<strong>\1</strong>", str(escape(text))))


def told(text: LocalText, language: Language) -> Markup:
    """Show a short text; where it stands in another language than the page, it says so to who listens to it."""
    if text.exactly(language) is not None or language is Language.FI:
        return escape(text.get(language))
    return Markup('<span lang="fi">{}</span>').format(text.fi)


def told_at_length(text: LocalText, language: Language) -> Markup:
    """Show a text of paragraphs, in the same way; on a page, unlike in a chat, each line is one."""
    shown = paragraphs(text.get(language).replace("\n", "\n\n"))
    is_other = text.exactly(language) is None and language is not Language.FI
    return Markup('<div lang="fi">{}</div>').format(shown) if is_other else shown
