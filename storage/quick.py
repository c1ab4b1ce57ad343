"""The statements that go with every message, the quick way: on SQLite straight to the driver, prepared once.

SQLAlchemy's execution costs some ten times what SQLite does, and a message takes ten statements. It still writes
the SQL and converts the values, once for each statement; all else, and all of PostgreSQL, executes as ever.
"""

import json
import re
import sqlite3
from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from operator import itemgetter
from typing import Any

from sqlalchemy import Executable
from sqlalchemy.dialects.sqlite.aiosqlite import SQLiteDialect_aiosqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

from storage.columns import UTCDateTime

Parameters = Mapping[str, Any]
Convert = Callable[[Any], Any]
DRIVER = "driver"  # where a session has SQLite's own connection (`session.info`)
_DIALECT = SQLiteDialect_aiosqlite()
# Where SQLAlchemy would write as many places as a list has values. Given as JSON, any list needs the one statement.
_LIST = re.compile(r"\(__\[POSTCOMPILE_\w+\]\)")
_WITHOUT_ZONE = len("2026-11-23 12:00:00.000000")
_FROM_JSON = "(SELECT value FROM json_each(?))"


async def fetch(
    session: AsyncSession, statement: Executable, parameters: Parameters | Sequence[Parameters]
) -> Sequence[Any]:
    """Execute a statement, once or for each of a list of parameters; return its rows, if it returns any.

    It must be one that lives as long as the program, and always gets parameters of the same names. A list
    among them (`bindparam(..., expanding=True)`) is of texts or of numbers.
    """
    driver = session.info.get(DRIVER)
    if driver is None:
        result: Any = await session.execute(statement, parameters)
        return result.all() if result.returns_rows else ()
    each = [parameters] if isinstance(parameters, Mapping) else parameters
    prepared = _PREPARED.get(statement)
    if prepared is None:
        prepared = _PREPARED[statement] = _Prepared(statement, list(each[0]))
    rows: Sequence[Any] = await driver.run(lambda connection: prepared.run(connection, each))
    return rows


class _Prepared:
    """A statement as SQLite's driver takes it."""

    def __init__(self, statement: Any, names: Sequence[str]) -> None:
        """Let SQLAlchemy write it; `names` are those of its parameters."""
        compiled: SQLCompiler = statement.compile(dialect=_DIALECT, column_keys=names)
        lists = {bind.key for bind in compiled.post_compile_params}
        if lists - set(names) or compiled.insert_prefetch or compiled.update_prefetch:
            raise TypeError("this statement needs more than its parameters: execute it by the session")
        self._sql = _LIST.sub(_FROM_JSON, str(compiled))
        self._values = [_value(compiled, name, names) for name in compiled.positiontup or ()]
        columns = list(statement.exported_columns)
        make: Any = namedtuple  # mypy wants to know the names
        self._row = make("Row", [column.key for column in columns])._make if columns else None
        self._converts = [(at, how) for at, column in enumerate(columns) if (how := _from_store(column.type))]

    def run(self, connection: sqlite3.Connection, parameters: Sequence[Parameters]) -> list[Any]:
        """Execute for each of the parameters and return all rows."""
        bound = [[give(each) for give in self._values] for each in parameters]
        if self._row is None:
            connection.executemany(self._sql, bound)
            return []
        stored = [row for values in bound for row in connection.execute(self._sql, values).fetchall()]
        if self._converts:
            stored = [list(row) for row in stored]
            for row in stored:
                for at, convert in self._converts:
                    row[at] = convert(row[at])
        return [self._row(row) for row in stored]


def _value(compiled: SQLCompiler, name: str, given: Sequence[str]) -> Callable[[Parameters], Any]:
    """Return what finds the value of one place among the parameters; one that the statement holds itself is fixed."""
    bind = compiled.binds[name]
    convert = json.dumps if bind.expanding else _to_store(bind.type)
    if name not in given:
        fixed = bind.effective_value if convert is None else convert(bind.effective_value)
        return lambda _: fixed
    if convert is None:
        return itemgetter(name)
    return lambda parameters: convert(parameters[name])


def _to_store(kind: TypeEngine[Any]) -> Convert | None:
    """Return what makes of a value what is stored, if anything need."""
    if isinstance(kind, UTCDateTime):
        return _moment_to_store
    return kind.dialect_impl(_DIALECT).bind_processor(_DIALECT)


def _moment_to_store(moment: datetime | None) -> str | None:
    """Write a moment as SQLAlchemy does, with a fifth of its effort: a message has some fifteen of them."""
    if moment is None:
        return None
    if moment.tzinfo is not UTC:
        if moment.utcoffset() is None:
            raise ValueError("A time without a zone cannot be stored: give it one, such as UTC.")
        moment = moment.astimezone(UTC)
    return moment.isoformat(" ", "microseconds")[:_WITHOUT_ZONE]


def _from_store(kind: TypeEngine[Any]) -> Convert | None:
    """Return what brings a stored value back, if anything need."""
    return kind.dialect_impl(_DIALECT).result_processor(_DIALECT, None)


_PREPARED: dict[Executable, _Prepared] = {}
