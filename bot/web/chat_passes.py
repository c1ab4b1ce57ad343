"""Who is at a page: a random name in a signed cookie, made when something is first said; and where a form is from."""

import hashlib
import re
import secrets
from dataclasses import dataclass

from itsdangerous import BadData, URLSafeSerializer, URLSafeTimedSerializer
from starlette.requests import Request
from starlette.responses import Response

from bot.web.channel import chat_name
from storage.crypto import Keys
from storage.retention import RETENTION

COOKIE = "matala_chat"
TRIAL = "matala_here"  # tells whether the browser keeps cookies of ours inside another site's page
FORM_LASTS = 2 * 24 * 3600  # seconds; a page that was open for longer asks once more
_NAME = re.compile(r"[0-9a-f]{32}")


class StaleForm(Exception):  # noqa: N818 (named for the case, as all of ours are)
    """The form is another conversation's, too old, or not ours."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Whose page a request comes from."""

    chat: str  # of the cookie, else the one that begins when something is said
    is_new: bool  # nothing was said yet: there is no cookie


class Passes:
    """Makes cookies and the tokens of forms, and reads them again."""

    def __init__(self, keys: Keys, *, is_secure: bool) -> None:
        """Derive the keys; `is_secure` says that browsers reach us over https alone."""
        keys_of_ours = keys.fingerprints("signs passes of the web chat")[::-1]  # the last of them signs
        how = {"digest_method": hashlib.sha256}
        self._cookies = URLSafeSerializer(keys_of_ours, salt="chat", signer_kwargs=how)
        self._forms = URLSafeTimedSerializer(keys_of_ours, salt="chat form", signer_kwargs=how)
        self._is_secure = is_secure
        # Over https, a name that no other site of the same domain can set: whoever planted theirs would read along.
        self._cookie = f"__Host-{COOKIE}" if is_secure else COOKIE

    def chat_of(self, request: Request) -> str | None:
        """Return the conversation of a browser; None when it has none."""
        try:
            name = self._cookies.loads(request.cookies.get(self._cookie, ""))
        except BadData:
            return None
        return chat_name(name) if isinstance(name, str) and _NAME.fullmatch(name) else None

    def token(self, chat: str | None) -> str:
        """Make the token of a form on a page of a conversation, or of one that is yet to begin.

        That one's name stands in it already: so what is sent again, because the answer was lost, and the cookie with
        it, does not begin a second conversation.
        """
        name = secrets.token_hex(16) if chat is None else chat.partition(":")[2]
        return self._forms.dumps([name, chat is None])

    def visitor(self, request: Request, token: str) -> Visitor:
        """Tell who sends a form.

        Raises:
            StaleForm: it is not a form of this browser's conversation.
        """
        try:
            name, is_new = self._forms.loads(token, max_age=FORM_LASTS)
        except (BadData, ValueError, TypeError):
            raise StaleForm from None
        chat = self.chat_of(request)
        if chat is None and is_new:
            return Visitor(chat_name(name), is_new=True)
        if chat is None or chat != chat_name(name):
            raise StaleForm
        return Visitor(chat, is_new=False)

    def anyone(self, request: Request) -> Visitor:
        """Take whoever it is, without a form that says so: for what must not wait."""
        chat = self.chat_of(request)
        return Visitor(chat or chat_name(secrets.token_hex(16)), is_new=chat is None)

    def give(self, response: Response, chat: str, *, is_embedded: bool) -> None:
        """Let the browser keep its conversation."""
        value = self._cookies.dumps(chat.partition(":")[2])
        lasts = int(RETENTION["web chats"].keep.total_seconds())
        self._set(response, self._cookie, str(value), lasts, is_embedded=is_embedded)

    def take_away(self, response: Response, *, is_embedded: bool) -> None:
        """Let the browser forget its conversation."""
        self._set(response, self._cookie, "", 0, is_embedded=is_embedded)

    def try_out(self, response: Response, *, is_embedded: bool) -> None:
        """Give a cookie that says nothing, to see whether it comes back."""
        self._set(response, TRIAL, "1", 3600, is_embedded=is_embedded)

    def is_kept(self, request: Request) -> bool:
        """Tell whether the browser gives us our cookies back."""
        return self._cookie in request.cookies or TRIAL in request.cookies

    def _set(self, response: Response, name: str, value: str, lasts: int, *, is_embedded: bool) -> None:
        parts = [f"{name}={value}", "Path=/", f"Max-Age={lasts}", "HttpOnly"]
        if is_embedded and self._is_secure:
            # Inside another site's page a cookie goes along only so; and each such site has one of its own.
            parts += ["SameSite=None", "Secure", "Partitioned"]
        else:
            parts += ["SameSite=Lax", *(["Secure"] if self._is_secure else [])]
        response.headers.append("Set-Cookie", "; ".join(parts))
