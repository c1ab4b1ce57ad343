"""The way to the Bot API: aiohttp under python-telegram-bot.

Its own httpx client costs three times the CPU and falls apart with many requests in flight (lessons.md, 9a).
"""

from datetime import timedelta
from functools import lru_cache
from http import HTTPStatus
from typing import Any

import aiohttp
from telegram import Bot
from telegram._utils.defaultvalue import DefaultValue
from telegram._utils.types import ODVInput
from telegram.error import Conflict, InvalidToken, NetworkError, RetryAfter, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

from bot import json_text

CONNECTIONS = 64  # more than are ever in flight: nobody waits for a connection
CONNECT_SECONDS = 10.0
READ_SECONDS = 20.0  # Telegram answers in well under a second; what takes longer is lost
WRITE_FILES_SECONDS = 60.0


class NotSent(NetworkError):  # noqa: N818 (named for the case, as all of ours are)
    """The request never left: there was no connection to send it over."""


class ServerAway(NetworkError):  # noqa: N818
    """Telegram's door (502, 503) says that there is nobody behind it: nothing was done."""


class ServerFault(NetworkError):  # noqa: N818
    """Telegram stumbled (500): as far as anybody knows, nothing was done."""


def seconds_to_wait(error: RetryAfter) -> float:
    """Return how long Telegram asks us to wait (429)."""
    wait = error.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)


async def call(bot: Bot, method: str, parameters: dict[str, Any]) -> Any:
    """Call the Bot API with parameters that are JSON already, and return the result as it is.

    For what is called with every message: the library's own methods make objects of all that goes out and comes
    back, which costs as much as sending it. Errors are the library's all the same.
    """
    return await bot.request.post(f"{bot.base_url}/{method}", parameters)  # type: ignore[arg-type]  # see do_request


class AiohttpRequest(BaseRequest):
    """What python-telegram-bot sends its requests with."""

    def __init__(self) -> None:
        """Prepare; the connections are made by `initialize`."""
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float | None:
        """Seconds that an answer may take."""
        return READ_SECONDS

    async def initialize(self) -> None:
        """Open the connection pool."""
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=CONNECTIONS, keepalive_timeout=30)
            self._session = aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),  # the Bot API has none, and looking for them costs
                headers={"User-Agent": self.USER_AGENT},
                json_serialize_bytes=json_text.write_bytes,
                auto_decompress=True,
            )

    async def shutdown(self) -> None:
        """Close the connection pool."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | dict[str, Any] | None = None,  # a dict: from `call`
        read_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        write_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 (the library's signature)
        connect_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,  # noqa: ARG002
        pool_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,  # noqa: ARG002
    ) -> tuple[int, bytes]:
        """Send one request and return status and body; CONNECT_SECONDS holds for every connection."""
        read = READ_SECONDS if isinstance(read_timeout, DefaultValue) else read_timeout
        if isinstance(request_data, dict):
            status, body = await self._exchange(url, method, read, json=request_data)
            _raise_for_server(status)
            return status, body
        form: aiohttp.FormData | dict[str, str] | None = None
        if request_data is not None and request_data.contains_files:
            form = aiohttp.FormData()
            for name, value in request_data.json_parameters.items():
                form.add_field(name, value)
            for name, (file_name, content, kind) in request_data.multipart_data.items():
                form.add_field(name, content, filename=file_name, content_type=kind)
            read = (read or READ_SECONDS) + WRITE_FILES_SECONDS
        elif request_data is not None:
            form = request_data.json_parameters
        status, body = await self._exchange(url, method, read, data=form)
        _raise_for_server(status)
        return status, body

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Read an answer; the library's own way writes what it cannot read, our messages too, into the log."""
        try:
            answer = json_text.read(payload)
        except (ValueError, RecursionError):
            answer = None
        if not isinstance(answer, dict):
            raise TelegramError("invalid answer")
        return answer

    async def get_updates(self, url: str, parameters: dict[str, Any], *, seconds: float) -> list[Any]:
        """Ask for updates and return them as they are: an update that the library cannot read must not be lost.

        Raises:
            Conflict: another program asks for the same bot's updates.
            InvalidToken, RetryAfter, NetworkError: as python-telegram-bot has them.
        """
        status, body = await self._exchange(url, "POST", seconds, json=parameters)
        _raise_for_server(status)
        answer = self.parse_json_payload(body)
        result = answer.get("result")
        if answer.get("ok") and isinstance(result, list):
            return result
        description = str(answer.get("description", ""))
        match status:
            case 409:
                raise Conflict(description)
            case 401 | 404:
                raise InvalidToken(description)
            case 429:
                raise RetryAfter(int(answer.get("parameters", {}).get("retry_after", 1)))
        raise NetworkError(f"status {status}: {description}")

    async def _exchange(self, url: str, method: str, read: float | None, **body: Any) -> tuple[int, bytes]:
        if self._session is None:
            raise RuntimeError("not initialised: call initialize() first")
        try:
            async with self._session.request(method, url, timeout=_timeout(read), **body) as answer:
                return answer.status, await answer.read()
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            # The error's own text holds the address, and the address holds the token.
            raise NotSent(type(error).__name__) from None
        except TimeoutError:
            raise TimedOut from None
        except (aiohttp.ClientError, OSError) as error:
            raise NetworkError(type(error).__name__) from None


@lru_cache(maxsize=8)
def _timeout(read: float | None) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(total=None, connect=CONNECT_SECONDS, sock_read=read)


def _raise_for_server(status: int) -> None:
    match status:
        case HTTPStatus.BAD_GATEWAY | HTTPStatus.SERVICE_UNAVAILABLE:
            raise ServerAway(f"status {status}")
        case HTTPStatus.INTERNAL_SERVER_ERROR:
            raise ServerFault(f"status {status}")
