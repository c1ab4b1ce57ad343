"""How much may come in at once; kept in memory, and of addresses only a hash that no other process can make."""

import contextlib
import hashlib
import ipaddress
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

from starlette.requests import Request

MANY = 20_000  # buckets; beyond that, those that are full again are dropped


@dataclass(frozen=True, slots=True)
class Allowance:
    """So many at once, and then one in so many seconds."""

    name: str
    at_once: int
    seconds: float


# A fast writer in distress sends a line every few seconds; a whole school may come from one address.
OF_CHAT = Allowance("chat", 15, 2.0)
OF_ADDRESS = Allowance("address", 1000, 0.05)
OF_ONE_LINE = 64  # bits of an IPv6 address that are the same for all of one connection
CODES_OF_ADDRESS = Allowance("codes", 20, 15.0)


class Limits:
    """Counts what came lately."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        """Prepare; `clock` is monotonic, in seconds."""
        self._clock = clock
        self._secret = secrets.token_bytes(16)
        self._buckets: dict[tuple[str, bytes], float] = {}  # when each will be empty again

    def pause(self, allowance: Allowance, of: str) -> float:
        """Count one, and return 0; or count nothing, and return the seconds until there is room again."""
        now = self._clock()
        key = (allowance.name, hashlib.blake2b(of.encode(), key=self._secret, digest_size=8).digest())
        empty_at = max(self._buckets.get(key, now), now)
        too_much = empty_at + allowance.seconds - now - allowance.at_once * allowance.seconds
        if too_much > 0:
            return too_much
        self._buckets[key] = empty_at + allowance.seconds
        if len(self._buckets) > MANY:
            self._buckets = {each: at for each, at in self._buckets.items() if at > now}
        return 0.0


def address_of(request: Request) -> str:
    """Return where a request comes from: to be hashed at once, and never kept.

    Of an IPv6 address the network: whoever has one address of it has them all.
    """
    host = request.client.host if request.client else ""
    with contextlib.suppress(ValueError):
        address = ipaddress.ip_address(host)
        if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is None:
            return str(ipaddress.ip_network((int(address), OF_ONE_LINE), strict=False))
    return host
