"""Seal, open and fingerprint: what people write, and who they are, is never stored as plain text."""

import base64
import binascii
import hmac
import os
import secrets
from collections.abc import Sequence
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_FILE = "secret.key"
KEY_FILE_MODE = 0o600  # whoever reads the key reads everything
FINGERPRINT_BYTES = 16  # 128 bits: no two chats of any school will ever meet
KEY_BYTES = 32  # AES-256
NONCE_BYTES = 12  # what AES-GCM is made for; drawn anew for each seal
_FINGERPRINT_LABEL = b"matala fingerprint"  # so that a fingerprint never equals another use of the key
_HOW_TO_MAKE = "a key is made by `matala` on its first start, or by `openssl rand -base64 32 | tr '+/' '-_'`"


class BadKey(Exception):  # noqa: N818  # named for the case, as all of ours are
    """The text given as the secret key is not one; the message says what to do and never holds the key."""


class WrongKey(Exception):  # noqa: N818
    """What is stored was sealed with a key that we were not given."""


class Keys:
    """The secret keys, newest first: the newest seals, all of them open.

    A seal is AES-256-GCM, nonce first. Fernet would do as well, at seven times the cost, and a message is sealed
    and opened some fifteen times on its way.
    """

    __slots__ = ("_ciphers", "_fingerprint_keys")

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys:
            raise BadKey(f"The secret key is empty: {_HOW_TO_MAKE}.")
        try:
            self._ciphers = [AESGCM(_key_bytes(key)) for key in keys]
        except ValueError:
            raise BadKey(
                "The secret key has the wrong form, it must be 44 characters of url-safe base64"
                f" (several separated by commas, newest first): {_HOW_TO_MAKE}."
            ) from None  # the cause would show the key
        self._fingerprint_keys = [hmac.digest(key.encode(), _FINGERPRINT_LABEL, "sha256") for key in keys]

    @classmethod
    def parse(cls, text: str) -> "Keys":
        """Read "newest,older,oldest", as in MATALA_SECRET_KEY."""
        return cls([key for part in text.split(",") if (key := part.strip())])

    @staticmethod
    def generate() -> str:
        """Make a new key."""
        return base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode()

    def seal(self, text: str) -> bytes:
        """Encrypt with the newest key; two seals of one text differ."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._ciphers[0].encrypt(nonce, text.encode(), None)

    def open(self, sealed: bytes) -> str:
        """Decrypt what any of the keys has sealed; WrongKey when none fits."""
        for cipher in self._ciphers:
            text = _opened(cipher, sealed)
            if text is not None:
                return text
        raise WrongKey(
            "What is stored was sealed with another secret key: give that key too, after the new one"
            ' (MATALA_SECRET_KEY="new,old"), or bring back the secret.key file of this database.'
        )

    def try_open(self, sealed: bytes) -> str | None:
        """Decrypt, or return None when no key fits or the seal is damaged: one bad row must not stop all others."""
        try:
            return self.open(sealed)
        except WrongKey:
            return None

    def reseal(self, sealed: bytes) -> bytes | None:
        """Seal anew by the newest key what an older one has sealed; None when the newest has."""
        if _opened(self._ciphers[0], sealed) is not None:
            return None
        return self.seal(self.open(sealed))

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


def _key_bytes(key: str) -> bytes:
    """Read a key; ValueError when it is none."""
    try:
        read = base64.b64decode(key.encode("ascii"), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError):
        raise ValueError("no url-safe base64") from None
    if len(read) != KEY_BYTES:
        raise ValueError("of another length")
    return read


def _opened(cipher: AESGCM, sealed: bytes) -> str | None:
    """Open a seal, or return None when it is another key's (or damaged)."""
    try:
        return cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], None).decode()
    except (InvalidTag, ValueError):
        return None


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
