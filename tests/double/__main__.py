"""`python -m tests.double --port N`: the double by itself; it ends when its standard input closes."""

import argparse
import asyncio

from tests.double.driver import TOKEN
from tests.double.process import serve


def main() -> None:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(prog="python -m tests.double", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one (default)")
    parser.add_argument("--token", default=TOKEN, help="the bot's token")
    chosen = parser.parse_args()
    asyncio.run(serve(port=chosen.port, token=chosen.token))


if __name__ == "__main__":
    main()
