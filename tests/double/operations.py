"""All that can be done and asked from outside: what drivers call by name, here or from another process."""

from collections.abc import Callable
from typing import Any

from tests.double.acting import Acting, Impossible
from tests.double.faults import Fault, How
from tests.double.load import Load
from tests.double.nouns import Raw
from tests.double.server import Server


class Operations(Acting):
    """People's acts, questions, load and weather; public methods take and return JSON's types."""

    def __init__(self, server: Server) -> None:
        super().__init__(server)
        self._load: Load | None = None

    def by_name(self) -> dict[str, Callable[..., Any]]:
        """Return what may be called from outside."""
        return {
            name: getattr(self, name) for name in dir(self) if not name.startswith("_") and name != "by_name"
        }

    def begin_load(self, *, people: int, messages: int, rate: float | None, text: str) -> None:
        """Let people write in turn, for benches."""
        writers = [self.person(first_name=f"Writer{number}") for number in range(people)]
        self._load = Load(self._world, writers, messages, rate)
        self._load.start(lambda person: self.write(person=person, chat=person, content={"text": text}))

    def load_report(self) -> Raw:
        """Return how the load does."""
        if self._load is None:
            raise Impossible("there is no load")
        return self._load.report()

    def add_fault(self, **fault: Any) -> int:
        """Make calls fail; return the rule's number."""
        return self._server.faults.add(Fault(**(fault | {"how": How(fault["how"])})))

    def fault(self, *, number: int) -> Raw:
        """Return a rule with its hits."""
        return self._server.faults.rules[number].told()

    def lift_fault(self, *, number: int | None = None) -> None:
        """End one rule, or all."""
        if number is None:
            self._server.faults.rules.clear()
        else:
            self._server.faults.rules.pop(number, None)

    def limit(self, *, on: bool = True) -> None:
        """Hold the program to Telegram's rates."""
        self._server.limits.on = on

    def advance(self, *, seconds: float) -> None:
        """Move the double's clock."""
        self._world.shift += seconds

    def jump_update_ids(self, *, to: int) -> None:
        """Let update ids go on from another number, lower ones too."""
        self._world.queue.jump(to)

    def privacy(self, *, on: bool) -> None:
        """Switch the bot's privacy mode, as with BotFather."""
        self._world.reads_all = not on
