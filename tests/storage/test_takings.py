"""What was in hand when the program died is known to the one after it."""

import asyncio
from pathlib import Path

import pytest

from storage.takings import LONGEST, REMEMBERED, Takings

_DEAD: list[object] = []  # a process that was killed tidies up nothing


def dies_holding(path: Path, *names: str) -> None:
    """Take something in hand and never put it down, as a killed process does."""
    takings = Takings(path)
    held = [takings.holding(name) for name in names]
    for each in held:
        each.__enter__()
    takings.close()
    _DEAD.extend(held)


def test_a_death_is_counted_for_what_was_in_hand_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "in-hand"
    dies_holding(path, "telegram/1/7")
    dies_holding(path, "telegram/1/7")

    after = Takings(path)

    assert after.deaths("telegram/1/7") == 2
    assert after.deaths("telegram/1/8") == 0


def test_what_came_to_an_end_is_forgiven(tmp_path: Path) -> None:
    """Somebody pulled the plug three times this winter: no reason to suspect anybody's words."""
    path = tmp_path / "in-hand"
    dies_holding(path, "a")
    takings = Takings(path)
    with takings.holding("a"):
        assert takings.deaths("a") == 1

    assert takings.deaths("a") == 0
    takings.close()
    assert Takings(path).deaths("a") == 0


def test_what_was_put_down_is_not_blamed_for_a_later_death(tmp_path: Path) -> None:
    """The file hears of an end with the next beginning, or when there is a rest: no later."""
    path = tmp_path / "in-hand"
    takings = Takings(path)
    with takings.holding("telegram/1/a long name of an update"):
        pass
    with takings.holding("b"):
        while_b_is_held = path.read_text().split()
    takings.rest()

    assert while_b_is_held == ["b", "0", "1"]
    assert path.read_text().split() == []
    takings.close()


def test_an_orderly_end_is_no_death(tmp_path: Path) -> None:
    takings = Takings(tmp_path / "in-hand")
    with takings.holding("a"):
        pass
    takings.close()

    assert (tmp_path / "in-hand").read_bytes() == b""


def test_a_torn_or_foreign_file_is_no_reason_not_to_start(tmp_path: Path) -> None:
    path = tmp_path / "in-hand"
    path.write_bytes(b"a 1 1\nb x\n\xff\xfe 3 1\nc 2 " + b"9" * LONGEST)

    assert Takings(path).deaths("a") == 2


def test_the_file_does_not_grow_without_end(tmp_path: Path) -> None:
    path = tmp_path / "in-hand"
    for round_ in range(4):
        dies_holding(path, *(f"{round_}/{number}" for number in range(REMEMBERED)))

    after = Takings(path)

    assert after.deaths(f"3/{REMEMBERED - 1}") == 1
    assert len(path.read_text().splitlines()) <= REMEMBERED


def test_without_a_file_nothing_is_remembered_and_nothing_fails(tmp_path: Path) -> None:
    takings = Takings(tmp_path / "no such folder" / "in-hand")

    with takings.holding("a"):
        assert takings.deaths("a") == 0


async def test_what_the_program_has_died_over_is_held_alone(tmp_path: Path) -> None:
    """Several were in hand and one of them kills: the next death is blamed on one of them, not on all."""
    path = tmp_path / "in-hand"
    dies_holding(path, "a", "b")
    takings = Takings(path)
    in_hand: list[set[str]] = []
    now: set[str] = set()

    async def handled(name: str) -> None:
        async with takings.holding_in_turn(name):
            now.add(name)
            in_hand.append(set(now))
            await asyncio.sleep(0)
            now.remove(name)

    await asyncio.gather(*(handled(name) for name in ("c", "a", "d", "b", "e", "f")))

    assert in_hand == [{"c"}, {"a"}, {"d"}, {"b"}, {"e"}, {"e", "f"}]


async def test_one_that_fails_in_hand_lets_the_others_in(tmp_path: Path) -> None:
    path = tmp_path / "in-hand"
    dies_holding(path, "a")
    takings = Takings(path)
    for name in ("a", "b"):
        with pytest.raises(ZeroDivisionError):
            async with takings.holding_in_turn(name):
                raise ZeroDivisionError

    async with asyncio.timeout(1), takings.holding_in_turn("c"):
        pass

    assert takings.deaths("a") == 0
