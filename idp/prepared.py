"""Statements made once. On SQLite they go to the driver past what SQLAlchemy does around each of them.

SQLAlchemy takes longer to make a statement, and to carry it to SQLite, than SQLite to execute it. It compiles these
once, and its types convert what goes in and comes out; on PostgreSQL it does the rest as well.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from json import JSONDecoder
from typing import Any

from sqlalchemy import JSON, Dialect, Executable, Select, Table, bindparam, insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

Converter = Callable[[Any], Any]
DRIVER = "mock_vneid_driver"  # in Session.info: the driver's connection where it is SQLite's, else None
REQUIRED = object()  # in place of a value where one must be given


@dataclass(frozen=True)
class _Compiled:
    """A statement as SQLite takes it. `parameters`: name, the value where none is given, and how it is converted."""

    sql: str
    parameters: Sequence[tuple[str, Any, Converter | None]]
    converters: Sequence[tuple[int, Converter]]
    row: Callable[..., Any]


class Prepared:
    """A statement on tables whose parameters have names (`bindparam`). It sees nothing that waits to be flushed."""

    def __init__(self, statement: Executable) -> None:
        self.statement = statement
        self._compiled: _Compiled | None = None

    def all(self, session: Session, **values: object) -> Sequence[Any]:
        """Every row, its columns by their names."""
        driver = _driver(session)
        if driver is None:
            return session.connection().execute(self.statement, values).all()
        rows = self._execute(session, driver, values).fetchall()
        compiled = self._compile(session)
        return [compiled.row(*_converted(row, compiled.converters)) for row in rows]

    def one(self, session: Session, **values: object) -> Any:
        """The row, or None; for a statement that finds one at most."""
        return next(iter(self.all(session, **values)), None)

    def run(self, session: Session, **values: object) -> int:
        """How many rows it changed."""
        driver = _driver(session)
        if driver is None:
            return int(session.connection().execute(self.statement, values).rowcount)
        return int(self._execute(session, driver, values).rowcount)

    def _execute(self, session: Session, driver: Any, values: Mapping[str, object]) -> Any:
        compiled = self._compile(session)
        given = []
        for name, value, convert in compiled.parameters:
            found = values[name] if value is REQUIRED else values.get(name, value)
            given.append(convert(found) if convert else found)
        try:
            return driver.execute(compiled.sql, given)
        except driver.Error as error:
            hidden: Any = DBAPIError.instance(compiled.sql, None, error, driver.Error, hide_parameters=True)
            raise hidden from error

    def _compile(self, session: Session) -> _Compiled:
        if self._compiled is None:
            self._compiled = _compiled(self.statement, session.get_bind().dialect)
        return self._compiled


def insert_row(session: Session, table: Table, values: Mapping[str, object]) -> None:
    """Write one row; what has a value of its own and is not given has that."""
    _inserting(table).run(session, **{**_defaults(table), **values})


@cache
def _inserting(table: Table) -> Prepared:
    return Prepared(insert(table).values({column.name: bindparam(column.name, None) for column in table.columns}))


@cache
def _defaults(table: Table) -> Mapping[str, object]:
    assert not any(column.server_default for column in table.columns)  # noqa: S101 - ours have none
    found: dict[str, Any] = {column.name: column.default for column in table.columns if column.default is not None}
    return {name: default.arg for name, default in found.items() if default.is_scalar}


def _driver(session: Session) -> Any:
    """The driver's connection where it is SQLite's; whoever made the session may have put it there (`idp.db`)."""
    if DRIVER in session.info:
        return session.info[DRIVER]
    connection = session.connection()
    return connection.connection.dbapi_connection if connection.dialect.name == "sqlite" else None


def _converted(row: Sequence[Any], converters: Sequence[tuple[int, Converter]]) -> Sequence[Any]:
    found = list(row)
    for index, convert in converters:
        found[index] = convert(found[index])
    return found


def _compiled(statement: Any, dialect: Dialect) -> _Compiled:
    compiled = statement.compile(dialect=dialect)
    if compiled.post_compile_params or not compiled.positional:
        raise TypeError("a statement whose text depends on its values is not one to be prepared")
    binds = [compiled.binds[name] for name in compiled.positiontup]
    parameters = [
        (bind.key, REQUIRED if bind.required else bind.value, bind.type.dialect_impl(dialect).bind_processor(dialect))
        for bind in binds
    ]
    columns = list(statement.selected_columns) if isinstance(statement, Select) else []
    converters = [_reader(column.type, dialect) for column in columns]
    return _Compiled(
        sql=str(compiled),
        parameters=parameters,
        converters=[(index, each) for index, each in enumerate(converters) if each is not None],
        row=namedtuple("Row", [column.name for column in columns], rename=True),
    )


def _reader(kind: Any, dialect: Dialect) -> Converter | None:
    """A row of a client has a dozen JSON columns, most of them short lists."""
    if isinstance(kind, JSON) and dialect.name == "sqlite":
        return _json
    reader: Converter | None = kind.dialect_impl(dialect).result_processor(dialect, None)
    return reader


def _json(text: str | None) -> Any:
    """What a JSON column holds; never the same object twice, for whoever asks may change it."""
    if text is None:
        return None
    words = _words(text) if len(text) < 200 and text.startswith("[") else None
    return _DECODE(text) if words is None else list(words)


@lru_cache(1024)
def _words(text: str) -> Sequence[Any] | None:
    """The items of a list; None where one of them could be changed."""
    found = _DECODE(text)
    return found if all(isinstance(item, str | int) for item in found) else None


_DECODE = JSONDecoder().decode  # json.loads without its options
