"""A double in a process of its own, for kill tests and benches: the program may die, the double must not."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.double.control import RemoteStage, application
from tests.double.driver import TOKEN, Double
from tests.double.server import Server
from tests.double.stage import LocalStage
from tests.double.state import World
from tests.double.webhook import Deliveries

ROOT = Path(__file__).parents[2]
READY_WITHIN = 20.0  # seconds; an import and two sockets, on a machine that may be busy


async def serve(*, port: int, token: str) -> None:
    """Run a double until standard input closes; tell on standard output where it is."""
    server = Server(World(token))
    await server.start(port=port)
    control = Server(server.world)
    await control.start(application(LocalStage(server)))
    deliveries = Deliveries(server)
    deliveries.start()
    sys.stdout.write(json.dumps({"url": server.url, "control": control.url, "token": token}) + "\n")
    sys.stdout.flush()
    # Whoever started this holds the other end: it must not outlive them, however they end.
    await asyncio.to_thread(sys.stdin.read)
    await deliveries.stop()
    await control.stop()
    await server.stop()


@asynccontextmanager
async def started(
    *, token: str = TOKEN, port: int = 0
) -> AsyncIterator[tuple[Double, asyncio.subprocess.Process]]:
    """Run a double in another process for the length of a `with`; the process is there to be measured."""
    arguments = ["-m", "tests.double", "--port", str(port), "--token", token]
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *arguments,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        cwd=ROOT,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        where = json.loads(await asyncio.wait_for(process.stdout.readline(), READY_WITHIN))
        stage = RemoteStage(where["url"], where["control"], token)
        try:
            yield Double(stage), process
        finally:
            stage.close()
    finally:
        process.stdin.close()
        await process.wait()
