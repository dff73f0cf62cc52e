"""The database as commands use it: brought up to date, closed at the end, told of in one line when it fails."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError

from idp.cli.errors import CommandError
from idp.config import Config
from idp.db import Database, OtherVersion
from idp.encryption import DecryptionError


@contextmanager
def opened(config: Config) -> Iterator[Database]:
    """The database of this configuration, its tables made. Raises CommandError where it cannot be used."""
    where = f"the database {shown(config.database_url)} (IDP_DATABASE_URL, IDP_DATA_DIR)"
    try:
        db = Database(config.database_url)
    except ModuleNotFoundError as error:
        raise CommandError(f"{where} needs {error.name}: pip install 'mock-vneid[postgresql]'") from error
    try:
        db.upgrade()
        yield db
    except DBAPIError as error:
        raise CommandError(f"{where} cannot be used: {error.orig}") from error
    except OtherVersion as error:
        raise CommandError(f"{where} is of another version of this program: {error}") from error
    except DecryptionError as error:
        raise CommandError(f"{where} was made with other keys than {config.keys_dir} has (IDP_KEYS_DIR)") from error
    finally:
        db.dispose()


def shown(database_url: str) -> str:
    """The address without its password."""
    return make_url(database_url).render_as_string(hide_password=True)
