"""The log: one line an event, with the zone of its time, and without what others add to it."""

import logging
import re
from collections.abc import Iterator

import pytest

from bot import logs


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    yield
    root.handlers[:], root.level = before[0], before[1]


def test_a_line_tells_when_with_its_zone_what_and_the_ids(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up()

    logging.getLogger("bot.worker").info("case claimed", extra={"case": "K-7"})

    line = capsys.readouterr().err
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d info     case claimed case=K-7\n", line)


def test_what_the_web_server_says_of_itself_is_left_out_and_its_warnings_are_lines_like_ours(
    capsys: pytest.CaptureFixture[str],
) -> None:
    logs.set_up()
    server = logging.getLogger("uvicorn.error")

    server.info("Started server process [%d]", 7, extra={"color_message": "Started \033[36m%d"})
    server.warning("Invalid HTTP request received.", extra={"color_message": "\033[31m"})

    [line] = capsys.readouterr().err.splitlines()
    assert line.endswith("warning  Invalid HTTP request received.")
