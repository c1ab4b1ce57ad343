"""What no page of ours may do, whatever a test is about: complain in the console, break, or ask another server."""

from urllib.parse import urlsplit

from playwright.async_api import BrowserContext, ConsoleMessage, Page, Request, WebError, WebSocket

NETWORK = {"http": "http", "https": "https", "ws": "http", "wss": "https"}  # scheme -> that of its page
POLICY = "Content Security Policy"


class Watch:
    """Gathers the faults of all pages of a test; the fixture `watch` fails the test that has any at its end.

    The server of the first page that is opened is ours; `trust` adds another, say a school's site with our chat in it.
    """

    def __init__(self) -> None:
        self._faults: list[str] = []
        self._has_home = False
        self._ours: set[str] = set()
        self._forgiven: list[str] = []

    @property
    def faults(self) -> list[str]:
        """Return one line for each fault that was not forgiven."""
        return [fault for fault in self._faults if not any(words in fault for words in self._forgiven)]

    def forgive(self, *words: str) -> None:
        """Let faults be whose line holds one of these, before or after: "net::ERR_CONNECTION_REFUSED", "404"."""
        self._forgiven += words

    def trust(self, url: str) -> None:
        """Let pages ask this server, too."""
        self._ours.add(_origin(url))

    def follow(self, context: BrowserContext) -> None:
        """Watch all pages of a context, those that are yet to be opened included."""
        context.on("console", self._on_console)
        context.on("weberror", self._on_error)
        context.on("request", self._on_request)
        context.on("page", self._on_page)

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "assert"} or POLICY in message.text:
            kind = "policy" if POLICY in message.text else "console"
            self._faults.append(f"{kind}: {message.text} ({message.location.get('url', '')})")

    def _on_error(self, error: WebError) -> None:
        page = error.page.url if error.page else ""
        self._faults.append(f"script: {error.error.stack or error.error.message} ({page})")

    def _on_request(self, request: Request) -> None:
        if not self._has_home and request.is_navigation_request():
            self._has_home = True
            self.trust(request.url)
        self._check(request.url, request.resource_type)

    def _on_page(self, page: Page) -> None:
        page.on("websocket", self._on_websocket)
        page.on("crash", self._on_crash)

    def _on_websocket(self, socket: WebSocket) -> None:
        self._check(socket.url, "websocket")

    def _on_crash(self, page: Page) -> None:
        self._faults.append(f"crash: {page.url}")

    def _check(self, url: str, kind: str) -> None:
        if urlsplit(url).scheme in NETWORK and _origin(url) not in self._ours:
            self._faults.append(f"elsewhere: {kind} {url}")


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{NETWORK.get(parts.scheme, parts.scheme)}://{parts.netloc}"
