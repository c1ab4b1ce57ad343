"""How long a text is to Telegram, and what counts as a link there."""

from urllib.parse import urlsplit

# Others are no links to Telegram, tel and mailto among them.
LINK_SCHEMES = frozenset({"http", "https", "tg", "ton", "tonsite"})


def units(text: str) -> int:
    """Return the length as Telegram counts it."""
    return len(text.encode("utf-16-le")) // 2


def is_link(link: str) -> bool:
    """Whether Telegram takes this for a link: a known scheme, and a host with a dot in it (or tg://)."""
    try:
        parts = urlsplit(link if ":" in link else f"http://{link}")
    except ValueError:
        return False
    if parts.scheme.lower() not in LINK_SCHEMES:
        return False
    return parts.scheme.lower() == "tg" or "." in (parts.hostname or "")
