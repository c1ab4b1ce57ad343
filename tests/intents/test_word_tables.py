"""Tables that people correct by hand: a slip in one is a clear error, never a word that is silently not found."""

import pytest

from intents.word_tables import TableError, joined, lines, with_undotted, words, written_forms


def test_a_table_is_turned_round() -> None:
    text = "# I, as it is said.\nminä: mä mää\n\n# Grown together.\nen minä: emmä\n"

    assert written_forms(lines("t.txt", text)) == {"mä": "minä", "mää": "minä", "emmä": "en minä"}


def test_a_list_is_read() -> None:
    assert words(lines("t.txt", "# Whole by themselves.\nhullu sellu\nalas\n")) == {"hullu", "sellu", "alas"}


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        pytest.param("minä: mä\n", r"t.txt:1: begin the group with a comment", id="no reason at all"),
        pytest.param("# why\nminä: mä\n\nsinä: sä\n", r"t.txt:4: begin the group", id="a group without one"),
        pytest.param("# why\nminä mä\n", r"t.txt:2: a line says", id="no colon"),
        pytest.param("# why\nminä:\n", r"t.txt:2: a line says", id="nothing spoken"),
        pytest.param("# why\n: mä\n", r"t.txt:2: a line says", id="nothing written"),
        pytest.param("# why\nminä: mä\nsinä: mä\n", r"t.txt:3: `mä` is said twice", id="twice"),
        pytest.param("# why\nminä: minä\n", r"t.txt:2: `minä` stands for itself", id="itself"),
        pytest.param("# why\nminä: Mä\n", r"t.txt:2: `Mä` is not a word", id="a capital"),
        pytest.param("# why\nminä: m-ä\n", r"t.txt:2: `m-ä` is not a word", id="two tokens"),
        pytest.param("# why\nopinto-ohjaaja: opo\n", r"t.txt:2: `opinto-ohjaaja` is not", id="a hyphen"),
        pytest.param("# why\nminä: mää\u200b\n", r"t.txt:2: .* is not a word", id="something unseen"),
    ],
)
def test_a_slip_in_a_table_is_named(text: str, fault: str) -> None:
    with pytest.raises(TableError, match=fault):
        written_forms(lines("t.txt", text))


def test_a_slip_in_a_list_is_named() -> None:
    with pytest.raises(TableError, match=r"t.txt:3: `alas` is said twice"):
        words(lines("t.txt", "# why\nalas\nalas\n"))


def test_a_word_in_two_tables_is_named() -> None:
    with pytest.raises(TableError, match="`mä` is in two tables: `minä`, `med`"):
        joined({"mä": "minä"}, {"mä": "med"})


def test_words_are_known_without_their_dots() -> None:
    """Unless they are other words then: männä is not manna."""
    table = with_undotted(
        {"pitäs": "pitäisi", "männä": "mennä", "mä": "minä"}, frozenset({"manna"}), shortest=4
    )

    assert table == {"pitäs": "pitäisi", "pitas": "pitäisi", "männä": "mennä", "mä": "minä"}
