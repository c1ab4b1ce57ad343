"""Codes that people read aloud and type: how they are drawn, and how they are known again however they were typed."""

import secrets


def draw(alphabet: str, length: int) -> str:
    """Draw a code by lot, in two halves: "BCDF-2345"."""
    code = "".join(secrets.choice(alphabet) for _ in range(length))
    return f"{code[: length // 2]}-{code[length // 2 :]}"


def plain(code: str, alphabet: str) -> str:
    """Bring a code to one form: without hyphens, spaces, and whatever else no code has."""
    return "".join(sign for sign in code.upper() if sign in alphabet)
