"""Every setting, read once at the start and frozen. An error names the variable, never its value."""

import difflib
import os
import re
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

from dotenv import dotenv_values
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PREFIX = "MATALA_"
TELEGRAM_ITSELF = "https://api.telegram.org"
NEAR_ENOUGH = 0.6  # of a misspelt name, as difflib counts
EVERY_CAMPUS = "*"  # in MATALA_STAFF_CHATS: the chat for campuses that have none of their own


class SettingsError(Exception):
    """A setting is wrong; the message is one line that names the variable and says what it should be."""


class Mode(StrEnum):
    """How updates come from Telegram."""

    POLLING = "polling"
    WEBHOOK = "webhook"


def _token(value: SecretStr | None) -> SecretStr | None:
    if value is None or not value.get_secret_value().strip():
        return None
    if not re.fullmatch(r"\d+:[\w-]+", value.get_secret_value()):
        raise ValueError("must look like 123456:ABC..., as BotFather gives it")
    return value


def _root(value: str) -> str:
    if not re.fullmatch(r"https?://[^\s/]+(/[^\s]*)?", value):
        raise ValueError("must be an address that begins with http:// or https://")
    return value.rstrip("/")


def _optional_root(value: str | None) -> str | None:
    return _root(value) if value else None


def _moment(value: datetime | None) -> datetime | None:
    if value is not None and value.tzinfo is None:
        raise ValueError("must be an ISO time with its zone, such as 2026-11-22T08:00:00+02:00")
    return value


def _staff_chats(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    chats: dict[str, int] = {}
    for pair in filter(None, (part.strip() for part in value.split(","))):
        campus, sign, chat = pair.partition("=")
        if not sign or not re.fullmatch(r"-\d+", chat.strip()) or not campus.strip():
            raise ValueError(
                "must look like kuopio=-1001,*=-1002 (campus=group; a group's id begins with a minus)"
            )
        if campus.strip() in chats:
            raise ValueError(f"names {campus.strip()} twice")
        chats[campus.strip()] = int(chat)
    return chats


def _listen(value: str) -> str:
    host, sign, port = value.rpartition(":")
    if not sign or not host or not port.isdigit() or int(port) > 65535:
        raise ValueError("must look like 127.0.0.1:8080")
    return value


def _origins(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    origins = tuple(filter(None, (part.strip().rstrip("/") for part in value.split(","))))
    if not all(re.fullmatch(r"https?://[\w.-]+(:\d+)?", each) for each in origins):
        raise ValueError("must look like https://www.example.fi,https://example.fi (no path)")
    return origins


def _database_url(value: str | None) -> str | None:
    if value and not re.match(r"(sqlite|postgresql|postgres)(\+\w+)?://", value):
        raise ValueError("must begin with sqlite:// or postgresql://")
    return value or None


class Settings(BaseSettings):
    """What can be set from outside; see .env.example."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=".env",
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
        env_ignore_empty=True,
    )

    pack: Annotated[str, Field(pattern=r"^[a-z0-9_-]+$")] = "sakky"
    telegram_token: Annotated[SecretStr | None, AfterValidator(_token)] = None
    telegram_api: Annotated[str, AfterValidator(_root)] = TELEGRAM_ITSELF
    telegram_mode: Mode = Mode.POLLING
    public_url: Annotated[str | None, AfterValidator(_optional_root)] = None
    database_url: Annotated[str | None, AfterValidator(_database_url)] = None
    data_dir: Path = Path("data")
    cache_dir: Path | None = None
    secret_key: SecretStr | None = None
    staff_chats: Annotated[dict[str, int], NoDecode, BeforeValidator(_staff_chats)] = {}
    listen: Annotated[str, AfterValidator(_listen)] = "127.0.0.1:8080"
    web_origins: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_origins)] = ()
    now: Annotated[datetime | None, AfterValidator(_moment)] = None

    @model_validator(mode="after")
    def _webhook_has_an_address(self) -> "Settings":
        if self.telegram_mode is Mode.WEBHOOK and not self.public_url:
            raise ValueError(f"{PREFIX}PUBLIC_URL must be set when {PREFIX}TELEGRAM_MODE is webhook")
        # A Bot API server of one's own may bring updates over http; Telegram itself would refuse, again and again.
        is_secure = (self.public_url or "").startswith("https://") or self.telegram_api != TELEGRAM_ITSELF
        if self.telegram_mode is Mode.WEBHOOK and not is_secure:
            raise ValueError(
                f"{PREFIX}PUBLIC_URL must begin with https://: Telegram brings updates nowhere else"
            )
        return self

    @property
    def database(self) -> str:
        """The database's address; an SQLite file in the data folder unless set."""
        return self.database_url or f"sqlite:///{(self.data_dir / 'matala.db').absolute()}"

    @property
    def address_of_web(self) -> str:
        """Where browsers find site, chat and desk, without a slash at its end."""
        return self.public_url or f"http://{self.listen}"

    @property
    def address(self) -> tuple[str, int]:
        """Host and port to listen on."""
        host, _, port = self.listen.rpartition(":")
        return host.strip("[]"), int(port)


def strange_names() -> list[tuple[str, str]]:
    """Return the variables that begin as ours do and are none, each with the one that was probably meant, or ""."""
    known = [PREFIX + name.upper() for name in Settings.model_fields]
    try:
        given = {*os.environ, *dotenv_values(".env", interpolate=False)}
    except (OSError, UnicodeDecodeError):  # said when the settings are read
        given = set(os.environ)
    strange = sorted(name for name in given if name.upper().startswith(PREFIX) and name.upper() not in known)
    return [
        (name, next(iter(difflib.get_close_matches(name.upper(), known, n=1, cutoff=NEAR_ENOUGH)), ""))
        for name in strange
    ]


def read_settings(**given: Any) -> Settings:
    """Read the settings from the environment and `.env`.

    Raises:
        SettingsError: one line that names the first variable that is wrong, never its value.
    """
    try:
        return Settings(**given)
    except UnicodeDecodeError:
        raise SettingsError(".env is not written in UTF-8: save it so") from None
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        reason = str(first["msg"]).removeprefix("Value error, ")
        name = PREFIX + "_".join(str(part) for part in first["loc"][:1]).upper() if first["loc"] else ""
        raise SettingsError(f"{name} {reason}".strip()) from None
