"""The script by which a school's own pages carry the chat: a bubble that opens it in a frame."""

import json

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.web.pages import HERE
from bot.web.web import Web
from intents.language import ANSWERED

PATH = "/chat.js"
FRESH_SECONDS = 3600  # the address stays for ever, so what it says must be asked for again
TEXTS = ("chat.bubble", "chat.close", "chat.title")


def routes(web: Web) -> list[Route]:
    """Make the route."""
    script = (HERE / "static" / "chat_embed.js").read_text(encoding="utf-8")

    async def on_script(_: Request) -> Response:
        library = web.library()
        texts = {
            language: {key.removeprefix("chat."): library.say(key, language=language) for key in TEXTS}
            for language in ANSWERED
        }
        # JSON is not quite JavaScript: these two end a line there.
        told = json.dumps({"root": web.public_url, "texts": texts}).replace("<", "\\u003c")
        headers = {
            "Cache-Control": f"public, max-age={FRESH_SECONDS}",
            "Cross-Origin-Resource-Policy": "cross-origin",
        }
        return Response(
            script.replace('"MATALA"', told), headers=headers, media_type="text/javascript; charset=utf-8"
        )

    return [Route(PATH, on_script)]
