"""Which function answers which method."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.double.api import bot_api, specimen
from tests.double.state import World
from tests.double.validation import Upload


@dataclass(frozen=True, slots=True)
class Request:
    """A call whose parameters were found right."""

    method: str
    parameters: Mapping[str, Any]
    uploads: Mapping[str, Upload] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        return self.parameters[name]

    def get(self, name: str, default: Any = None) -> Any:
        """Return a parameter, or the default when the program left it out."""
        return self.parameters.get(name, default)


Handler = Callable[[World, Request], Any]
HANDLERS: dict[str, Handler] = {}


def handles(*methods: str) -> Callable[[Handler], Handler]:
    """Register a function for these methods."""

    def register(handler: Handler) -> Handler:
        for method in methods:
            HANDLERS[method] = handler
        return handler

    return register


def answer(world: World, request: Request) -> Any:
    """Return the result of a call; raise `ApiError` when it is refused."""
    handler = HANDLERS.get(request.method)
    if handler is not None:
        return handler(world, request)
    if "chat_id" in request.parameters:
        world.find_chat(request["chat_id"])
    return specimen(bot_api().methods[request.method].returns[0])
