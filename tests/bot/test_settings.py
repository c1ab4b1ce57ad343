"""Settings: read once, named when wrong, never shown."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.settings import Mode, Settings, SettingsError, read_settings, strange_names

VALUE = "zq-value"


@pytest.fixture(autouse=True)
def nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No settings but those of the test: neither of the environment nor of a .env file."""
    for name in [name for name in os.environ if name.startswith("MATALA_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def read(monkeypatch: pytest.MonkeyPatch, **values: str) -> Settings:
    for name, value in values.items():
        monkeypatch.setenv(f"MATALA_{name}", value)
    return read_settings()


def test_without_any_setting_there_are_defaults(tmp_path: Path) -> None:
    settings = read_settings()

    assert settings.pack == "sakky"
    assert settings.telegram_token is None
    assert settings.telegram_api == "https://api.telegram.org"
    assert settings.database == f"sqlite:///{tmp_path}/data/matala.db"
    assert settings.address == ("127.0.0.1", 8080)


def test_every_setting_can_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = read(
        monkeypatch,
        PACK="sskky",
        TELEGRAM_TOKEN="123:abc",
        TELEGRAM_API="http://localhost:8081/",
        TELEGRAM_MODE="webhook",
        PUBLIC_URL="https://matala.example.fi/",
        DATABASE_URL="postgresql://u:p@localhost/m",
        STAFF_CHATS=" kuopio=-1001 , *=-1002,",
        LISTEN="[::1]:9000",
        NOW="2026-11-22T08:00:00+02:00",
    )

    assert settings.telegram_api == "http://localhost:8081"
    assert settings.telegram_mode is Mode.WEBHOOK
    assert settings.public_url == "https://matala.example.fi"
    assert settings.database.startswith("postgresql://")
    assert settings.staff_chats == {"kuopio": -1001, "*": -1002}
    assert settings.address == ("::1", 9000)
    assert settings.now == datetime(2026, 11, 22, 6, 0, tzinfo=UTC)


def test_an_empty_value_is_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = read(monkeypatch, TELEGRAM_TOKEN="", STAFF_CHATS="", PACK="")

    assert (settings.telegram_token, settings.staff_chats, settings.pack) == (None, {}, "sakky")


def test_the_env_file_is_read_and_the_environment_goes_before_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("MATALA_PACK=sskky\nMATALA_LISTEN=0.0.0.0:1\nANOTHER_PROGRAM=1\n")

    settings = read(monkeypatch, LISTEN="127.0.0.1:2")

    assert (settings.pack, settings.listen) == ("sskky", "127.0.0.1:2")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PACK", f"../{VALUE}"),
        ("TELEGRAM_TOKEN", VALUE),
        ("TELEGRAM_API", VALUE),
        ("TELEGRAM_API", f"ftp://{VALUE}"),
        ("TELEGRAM_MODE", VALUE),
        ("PUBLIC_URL", VALUE),
        ("DATABASE_URL", VALUE),
        ("STAFF_CHATS", VALUE),
        ("STAFF_CHATS", f"kuopio={VALUE}"),
        ("STAFF_CHATS", "=-1"),
        ("STAFF_CHATS", "kuopio=-1,kuopio=-2"),
        ("LISTEN", VALUE),
        ("LISTEN", "localhost:99999"),
        ("LISTEN", ":80"),
        ("NOW", VALUE),
        ("NOW", "2026-11-22T08:00:00"),
    ],
)
def test_a_wrong_one_is_named_on_one_line_without_its_value(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(SettingsError) as caught:
        read(monkeypatch, **{name: value})

    line = str(caught.value)
    assert line.startswith(f"MATALA_{name} ")
    assert "\n" not in line
    assert VALUE not in line
    assert caught.value.__cause__ is None, "the cause holds the value"


def test_a_webhook_needs_an_address(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError, match=r"^MATALA_PUBLIC_URL must be set"):
        read(monkeypatch, TELEGRAM_MODE="webhook")


def test_telegram_brings_updates_over_https_alone_a_server_of_ones_own_as_it_likes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plain = {"TELEGRAM_MODE": "webhook", "PUBLIC_URL": f"http://{VALUE}"}

    with pytest.raises(SettingsError, match=r"^MATALA_PUBLIC_URL must begin with https://") as caught:
        read(monkeypatch, **plain)
    assert VALUE not in str(caught.value)
    assert read(monkeypatch, TELEGRAM_API="http://localhost:8081", **plain).public_url == f"http://{VALUE}"


def test_a_misspelt_variable_is_told_with_the_one_that_was_meant(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """It would do nothing, and nobody would know."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("MATALA_STAFCHATS=kuopio=-1\nMATALA_PACK=sskky\nOTHER=1\n")
    monkeypatch.setenv("MATALA_TELEGRAM_TOKN", VALUE)
    monkeypatch.setenv("MATALA_XYZ_QQQQQQQQQQQ", VALUE)

    assert strange_names() == [
        ("MATALA_STAFCHATS", "MATALA_STAFF_CHATS"),
        ("MATALA_TELEGRAM_TOKN", "MATALA_TELEGRAM_TOKEN"),
        ("MATALA_XYZ_QQQQQQQQQQQ", ""),
    ]


def test_secrets_show_in_no_print_of_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = read(monkeypatch, TELEGRAM_TOKEN=f"123:{VALUE}", SECRET_KEY=VALUE)

    assert VALUE not in repr(settings)
    assert VALUE not in str(settings)
