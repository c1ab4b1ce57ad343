"""What a page has sent: by its script as JSON, or by a plain form."""

import contextlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from starlette.requests import Request

from bot.web.chat_room import language_of
from intents.language import Language

MOST_FIELDS = 10


@dataclass(frozen=True, slots=True)
class Sent:
    """What a page has sent, by a script or by its plain form."""

    fields: Mapping[str, str]
    is_script: bool

    def __getitem__(self, name: str) -> str:
        return self.fields.get(name, "")

    @property
    def language(self) -> Language:
        """The language of the page."""
        return language_of(self["language"])

    @property
    def is_embedded(self) -> bool:
        """Whether the page stands in another site's."""
        return bool(self["embed"])

    @property
    def address(self) -> str:
        """Where its page is."""
        return f"/{self.language}/chat{'/embed' if self.is_embedded else ''}"


async def sent(request: Request) -> Sent:
    """Read what a page has sent; what cannot be read is as empty."""
    body = await request.body()
    is_script = request.headers.get("content-type", "").partition(";")[0].strip() == "application/json"
    if not is_script:
        with contextlib.suppress(ValueError):
            pairs = parse_qsl(
                body.decode(errors="replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS
            )
            return Sent(dict(pairs), is_script=False)
        return Sent({}, is_script=False)
    try:
        fields = json.loads(body)
    except (ValueError, RecursionError):
        fields = None
    fields = fields if isinstance(fields, dict) else {}
    return Sent({str(key): value for key, value in fields.items() if isinstance(value, str)}, is_script=True)
