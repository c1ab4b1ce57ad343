"""What the Bot API answers when it refuses a call: the codes and words that programs depend on."""

from collections.abc import Mapping
from typing import NoReturn


class ApiError(Exception):
    """A refusal, as `{"ok": false, ...}` and as the HTTP status."""

    def __init__(
        self,
        code: int,
        description: str,
        *,
        parameters: Mapping[str, int] | None = None,
        invalid: bool = False,
    ) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = dict(parameters or {})
        self.invalid = invalid  # the call itself is wrong, whatever the state: a fault of the program

    def envelope(self) -> dict[str, object]:
        """Return the answer's body."""
        body: dict[str, object] = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            body["parameters"] = self.parameters
        return body


def refuse(reason: str) -> NoReturn:
    """Refuse for the state's sake: the message is gone, the chat is not found."""
    raise ApiError(400, f"Bad Request: {reason}")


def reject(reason: str) -> NoReturn:
    """Refuse a call that no state could make right; the double counts it as a violation."""
    raise ApiError(400, f"Bad Request: {reason}", invalid=True)


def forbid(reason: str) -> NoReturn:
    """Refuse since the bot may not: blocked, kicked, without the right."""
    raise ApiError(403, f"Forbidden: {reason}")


UNAUTHORIZED = ApiError(401, "Unauthorized")
NOT_FOUND = ApiError(404, "Not Found")
TERMINATED = ApiError(
    409, "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
)
WEBHOOK_ACTIVE = ApiError(
    409,
    "Conflict: can't use getUpdates method while webhook is active; "
    "use deleteWebhook to delete the webhook first",
)


def too_many(retry_after: int) -> ApiError:
    """Return the 429 of somebody who was too fast."""
    return ApiError(
        429, f"Too Many Requests: retry after {retry_after}", parameters={"retry_after": retry_after}
    )


def migrated(new_chat_id: int) -> ApiError:
    """Return what calls to a group's old id get once it is a supergroup."""
    return ApiError(
        400,
        "Bad Request: group chat was upgraded to a supergroup chat",
        parameters={"migrate_to_chat_id": new_chat_id},
    )
