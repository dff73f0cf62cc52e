"""The database edge: engine, transactions, column types and migrations. Dialects differ here and nowhere else."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, cast

from sqlalchemy import (
    Connection,
    DateTime,
    Dialect,
    Engine,
    MetaData,
    Table,
    bindparam,
    create_engine,
    event,
    inspect,
    select,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, Session, SessionTransaction, attributes, configure_mappers
from sqlalchemy.types import TypeDecorator

from idp import migrate, prepared
from idp.prepared import DRIVER, Prepared

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Every table of the provider; names of constraints are fixed so that migrations can name them."""

    metadata = MetaData(naming_convention=NAMING)


class UtcDateTime(TypeDecorator[datetime]):
    """An instant. Naive values are refused on the way in; what comes out is always aware, in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored instant must carry its time zone")
        return value.astimezone(UTC)

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        if dialect.name != "sqlite":
            return super().result_processor(dialect, coltype)
        return lambda text: None if text is None else datetime.fromisoformat(text).replace(tzinfo=UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class QuickSession(Session):
    """Asks for a row by its key with a statement that was made once: to make one costs more than to execute it."""

    #: On SQLite, that of the connection it was made for.
    driver: Any = None

    def get(self, entity: Any, ident: Any, **options: Any) -> Any:
        """As Session.get. What this session has loaded already is not asked for again, in either.

        Unless `populate_existing` says so: then it becomes what the database says now.
        """
        anew = bool(options.pop("populate_existing", False))
        statement = None if options or isinstance(ident, tuple | dict) else _by_key(entity)
        if statement is None:
            return super().get(entity, ident, populate_existing=anew, **options)
        key = (entity, (ident,), None)  # what sqlalchemy.orm.util.identity_key makes, for one part
        present = self.identity_map.get(key)
        if present is None or anew:
            self.flush()  # it may wait to be written, and is known by its key after that
            present = self.identity_map.get(key)
        if present is not None and attributes.instance_state(present).expired:
            return super().get(entity, ident, populate_existing=anew)
        if present is not None and not anew:
            return present
        row = statement.one(self, key=ident)
        if row is None or present is None:
            return None if row is None else self._loaded(entity, key, row)
        for name, value in row._asdict().items():
            attributes.set_committed_value(present, name, value)
        return present

    def commit(self) -> None:
        """As Session.commit. Where nothing but prepared statements was used there is no transaction of the session's
        own, only the driver's (`Database.begin`), and nothing that waits to be written.
        """
        if self.driver is not None and not self.in_transaction() and self._is_clean():
            self.dispatch.before_commit(self)
            if not self.in_transaction():  # unless what was told of it needed more
                self.driver.commit()
                self.dispatch.after_commit(self)
                return
        self._join()
        super().commit()

    def rollback(self) -> None:
        """As Session.rollback, whether or not it knows of the driver's transaction."""
        if self.in_transaction():
            super().rollback()
        else:
            self.dispatch.after_rollback(self)
        if self.driver is not None:
            self.driver.rollback()

    def begin_nested(self) -> SessionTransaction:
        self._join()
        return super().begin_nested()

    def _join(self) -> None:
        """Make the driver's transaction the session's own."""
        if self.driver is not None:
            self.connection()

    def _loaded(self, entity: Any, key: Any, row: Any) -> Any:
        """What the row stands for, as one that this session has read."""
        instance = entity.__mapper__.class_manager.new_instance()
        attributes.instance_dict(instance).update(zip(row._fields, row, strict=True))
        state = attributes.instance_state(instance)
        state.key, state.session_id = key, self.hash_key
        self.identity_map.add(state)
        return instance


@cache
def _by_key(entity: type[Any]) -> Prepared | None:
    """None for an entity whose key has several parts, or whose attributes are called otherwise than its columns."""
    configure_mappers()  # an attribute is none before that
    (key, *more), columns = entity.__mapper__.primary_key, entity.__table__.columns
    if more or any(entity.__mapper__.get_property_by_column(column).key != column.name for column in columns):
        return None
    return Prepared(select(entity.__table__).where(key == bindparam("key", type_=key.type)))


def insert_row(session: Session, entity: type[Base], **values: object) -> None:
    """Write one row at once, by a statement that was made once; for rows that nobody changes in this transaction."""
    session.flush()  # it may refer to what waits to be written
    prepared.insert_row(session, cast("Table", entity.__table__), values)


class Database:
    """One database, SQLite or PostgreSQL.

    `begin()` is a writing transaction: on SQLite it takes the write lock at once, so that two of them
    cannot both read and then fail to upgrade. `read()` never writes and is rolled back at its end.
    """

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.sqlite = self.url.get_backend_name() == "sqlite"
        if self.sqlite and self.url.database not in (None, "", ":memory:"):
            _make_private(Path(str(self.url.database)))
        self.engine = _engine(url, self.sqlite)
        self._idle: list[QuickSession] = []
        #: What each Session knows (`Session.info`), such as whom to tell of what it does.
        self.info: dict[str, Any] = {}

    @contextmanager
    def begin(self) -> Iterator[Session]:
        with self._session() as session:
            if self.sqlite:
                _begin(session, "BEGIN IMMEDIATE")
            yield session
            session.commit()

    @contextmanager
    def read(self, *, repeatable: bool = False) -> Iterator[Session]:
        """`repeatable`: every query sees what the first one saw, as SQLite does anyway."""
        with self._session() as session:
            if repeatable and not self.sqlite:
                session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            if self.sqlite:
                _begin(session, "BEGIN")
            yield session
            session.rollback()

    @contextmanager
    def look(self) -> Iterator[Session]:
        """For one query, which needs no transaction to agree with itself."""
        with self._session() as session:
            yield session

    @contextmanager
    def _session(self) -> Iterator[Session]:
        """A session on a connection of its own; what it has not committed is rolled back."""
        if not self.sqlite:
            with QuickSession(self.engine, expire_on_commit=False, info={**self.info, DRIVER: None}) as session:
                yield session
            return
        # To make a session and to ask the pool for a connection takes longer than most of what SQLite does on it.
        try:
            session = self._idle.pop()
        except IndexError:  # as many are in use as threads work
            connection = self.engine.connect()
            session = QuickSession(connection, expire_on_commit=False)
            session.driver = connection.connection.dbapi_connection
        session.info.update(self.info)
        session.info[DRIVER] = session.driver
        try:
            yield session
            session.close()
        except BaseException:
            _discard(session)
            raise
        session.info.clear()
        self._idle.append(session)

    def upgrade(self, audit_key: bytes | None = None) -> None:
        """Bring the schema to the newest migration. `audit_key` seals audit records that were not chained before."""
        migrate.upgrade(self.engine, audit_key=audit_key)

    def is_empty(self) -> bool:
        """True where no table has been made yet."""
        return not inspect(self.engine).get_table_names()

    def dispose(self) -> None:
        while self._idle:
            _discard(self._idle.pop())
        self.engine.dispose()


def _discard(session: Session) -> None:
    """Roll back, and give back the connection that the session was made for."""
    connection = session.get_bind()
    try:
        session.close()
    finally:
        if isinstance(connection, Connection):
            connection.close()


def _begin(session: Session, how: str) -> None:
    """Past SQLAlchemy's statements, which would take longer to say this than SQLite to do it."""
    driver = session.info[DRIVER]
    try:
        driver.execute(how)
    except driver.Error as error:  # another process writes, and goes on writing
        raise OperationalError(how, None, error) from error


def _make_private(path: Path) -> None:
    """Make the file before SQLite does, for its owner alone: `-wal` and `-shm` take its mode.

    A folder that is there already is left as its owner made it.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with suppress(OSError):  # there already, or not to be made: SQLite will say why
        # O_EXCL: closing a descriptor of a database in use would drop the locks of this process.
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    for file in (path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
        with suppress(FileNotFoundError, PermissionError):  # another owner's is not ours to close
            file.chmod(0o600)


def _engine(url: str, sqlite: bool) -> Engine:
    # hide_parameters: an error's text goes to logs, and the values are people's.
    if not sqlite:
        return create_engine(url, pool_pre_ping=True, pool_size=10, hide_parameters=True)
    options = {"timeout": 30, "check_same_thread": False}
    engine = create_engine(url, connect_args=options, hide_parameters=True, pool_use_lifo=True)
    event.listen(engine, "connect", _sqlite_connect)
    return engine


def _sqlite_connect(connection: Any, _record: Any) -> None:
    # The driver must not open transactions by itself: begin() and read() say which kind they want.
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=30000"):
        connection.execute(f"PRAGMA {pragma}")
