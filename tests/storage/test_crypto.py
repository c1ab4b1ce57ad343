"""What is sealed opens with our keys and with no others; the key file is made once and for us alone."""

import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.crypto import KEY_FILE, BadKey, Keys, WrongKey, load_or_make_key

OLD, NEW = Keys.generate(), Keys.generate()


@given(st.text())
def test_what_is_sealed_opens_again(text: str) -> None:
    keys = Keys.parse(NEW)

    assert keys.open(keys.seal(text)) == text


def test_a_seal_shows_neither_the_text_nor_that_two_are_alike() -> None:
    keys = Keys.parse(NEW)

    assert b"apua" not in keys.seal("apua")
    assert keys.seal("apua") != keys.seal("apua")


def test_what_an_older_key_has_sealed_opens_and_new_things_are_sealed_by_the_newest() -> None:
    sealed = Keys.parse(OLD).seal("apua")
    both = Keys.parse(f"{NEW}, {OLD},")

    assert both.open(sealed) == "apua"
    assert Keys.parse(NEW).open(both.seal("apua")) == "apua"
    assert both.reseal(both.seal("apua")) is None
    assert Keys.parse(NEW).open(both.reseal(sealed) or b"") == "apua"


def test_a_wrong_key_is_told_with_what_to_do_and_without_the_key() -> None:
    sealed = Keys.parse(OLD).seal("apua")

    with pytest.raises(WrongKey, match="secret key") as told:
        Keys.parse(NEW).open(sealed)

    assert NEW not in str(told.value)


@pytest.mark.parametrize(
    "text",
    ["", " , ", "hunter2", NEW[:-2], f"{NEW},hunter2", "ä" * 44],
    ids=["nothing", "only commas", "a password", "too short", "a key and no key", "no base64"],
)
def test_what_is_no_key_is_refused_without_being_shown(text: str) -> None:
    with pytest.raises(BadKey) as told:
        Keys.parse(text)

    assert text.strip(", ") == "" or text not in str(told.value)
    assert told.value.__cause__ is None


def test_a_fingerprint_is_the_same_each_time_and_by_each_key_another() -> None:
    both = Keys.parse(f"{NEW},{OLD}")

    assert both.fingerprint("telegram:1") == Keys.parse(NEW).fingerprint("telegram:1")
    assert both.fingerprints("telegram:1") == [
        Keys.parse(NEW).fingerprint("telegram:1"),
        Keys.parse(OLD).fingerprint("telegram:1"),
    ]
    assert both.fingerprint("telegram:1") != both.fingerprint("telegram:2")


def test_keys_show_nothing_of_themselves() -> None:
    assert NEW not in repr(Keys.parse(NEW))


def test_a_key_file_is_made_once_and_readable_by_us_alone(tmp_path: Path) -> None:
    folder = tmp_path / "data"

    keys, made = load_or_make_key(folder)
    again, made_again = load_or_make_key(folder)

    assert (made, made_again) == (True, False)
    assert again.open(keys.seal("apua")) == "apua"
    assert (folder / KEY_FILE).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in folder.iterdir()] == [KEY_FILE]


def test_processes_that_start_at_once_get_the_same_key(tmp_path: Path) -> None:
    results: list[tuple[Keys, bool]] = []
    threads = [threading.Thread(target=lambda: results.append(load_or_make_key(tmp_path))) for _ in range(8)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [made for _, made in results].count(True) == 1
    assert len({keys.fingerprint("x") for keys, _ in results}) == 1


def test_a_damaged_key_file_is_refused(tmp_path: Path) -> None:
    """Making a new one would lose everything that the old one has sealed."""
    (tmp_path / KEY_FILE).write_bytes(b"\xff\x00 not a key")

    with pytest.raises(BadKey):
        load_or_make_key(tmp_path)
