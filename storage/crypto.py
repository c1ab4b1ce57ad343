"""Seal, open and fingerprint: what people write, and who they are, is never stored as plain text."""

import hmac
import os
import secrets
from collections.abc import Sequence
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

KEY_FILE = "secret.key"
KEY_FILE_MODE = 0o600  # whoever reads the key reads everything
FINGERPRINT_BYTES = 16  # 128 bits: no two chats of any school will ever meet
_FINGERPRINT_LABEL = b"matala fingerprint"  # so that a fingerprint never equals another use of the key
_HOW_TO_MAKE = "a key is made by `matala` on its first start, or by `openssl rand -base64 32 | tr '+/' '-_'`"


class BadKey(Exception):  # noqa: N818  # named for the case, as all of ours are
    """The text given as the secret key is not one; the message says what to do and never holds the key."""


class WrongKey(Exception):  # noqa: N818
    """What is stored was sealed with a key that we were not given."""


class Keys:
    """The secret keys, newest first: the newest seals, all of them open."""

    __slots__ = ("_fernet", "_fingerprint_keys", "_newest")

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys:
            raise BadKey(f"The secret key is empty: {_HOW_TO_MAKE}.")
        try:
            fernets = [Fernet(key) for key in keys]
        except ValueError:
            raise BadKey(
                "The secret key has the wrong form, it must be 44 characters of url-safe base64"
                f" (several separated by commas, newest first): {_HOW_TO_MAKE}."
            ) from None  # the cause would show the key
        self._fingerprint_keys = [hmac.digest(key.encode(), _FINGERPRINT_LABEL, "sha256") for key in keys]
        self._fernet = MultiFernet(fernets)
        self._newest = fernets[0]

    @classmethod
    def parse(cls, text: str) -> "Keys":
        """Read "newest,older,oldest", as in MATALA_SECRET_KEY."""
        return cls([key for part in text.split(",") if (key := part.strip())])

    @staticmethod
    def generate() -> str:
        """Make a new key."""
        return Fernet.generate_key().decode()

    def seal(self, text: str) -> bytes:
        """Encrypt with the newest key; two seals of one text differ."""
        return self._fernet.encrypt(text.encode())

    def open(self, sealed: bytes) -> str:
        """Decrypt what any of the keys has sealed; WrongKey when none fits."""
        try:
            return self._fernet.decrypt(sealed).decode()
        except InvalidToken:
            raise WrongKey(
                "What is stored was sealed with another secret key: give that key too, after the new one"
                ' (MATALA_SECRET_KEY="new,old"), or bring back the secret.key file of this database.'
            ) from None

    def reseal(self, sealed: bytes) -> bytes | None:
        """Seal anew by the newest key what an older one has sealed; None when the newest has."""
        try:
            self._newest.decrypt(sealed)
        except InvalidToken:
            return self.seal(self.open(sealed))
        return None

    @property
    def has_older(self) -> bool:
        """Whether a rotation is going on."""
        return len(self._fingerprint_keys) > 1

    def fingerprint(self, text: str) -> str:
        """Return the keyed hash, by the newest key, under which something is stored and looked up."""
        return _fingerprint(self._fingerprint_keys[0], text)

    def fingerprints(self, text: str) -> list[str]:
        """Return the hash by each key, newest first, to find what was stored before a rotation."""
        return [_fingerprint(key, text) for key in self._fingerprint_keys]

    def __repr__(self) -> str:
        """Tell nothing: tracebacks and logs show it."""
        return f"<Keys: {len(self._fingerprint_keys)}>"


def _fingerprint(key: bytes, text: str) -> str:
    return hmac.digest(key, text.encode(), "sha256")[:FINGERPRINT_BYTES].hex()


def load_or_make_key(data_dir: Path) -> tuple[Keys, bool]:
    """Read the key file of the data folder, or make it; tell whether it was made.

    Two processes that start at once get the same key: the file appears whole, and only once.
    """
    path = data_dir / KEY_FILE
    made = not path.exists() and _make_key_file(path)
    return Keys.parse(path.read_text(encoding="ascii", errors="replace")), made


def _make_key_file(path: Path) -> bool:
    """Write a new key beside its place and link it there; False when another process was faster."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, KEY_FILE_MODE)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(Keys.generate() + "\n")
            file.flush()
            os.fsync(file.fileno())  # a key that a power cut takes away takes everything with it
        os.link(draft, path)
    except FileExistsError:
        return False
    finally:
        draft.unlink()
    _sync_folder(path.parent)
    return True


def _sync_folder(folder: Path) -> None:
    """See to it that the new name in the folder survives a power cut as well."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
