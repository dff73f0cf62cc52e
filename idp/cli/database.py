"""The database as commands use it: brought up to date, closed at the end, told of in one line when it fails."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError

from idp import key_files, pki
from idp.cli.errors import CommandError
from idp.config import Config
from idp.db import Database
from idp.encryption import DecryptionError
from idp.migrate import OtherVersion


@contextmanager
def opened(config: Config, *, upgrade: bool = True) -> Iterator[Database]:
    """The database of this configuration, its tables made or brought up to date unless it is to be left as it is.

    Raises CommandError where it cannot be used.
    """
    where = f"the database {shown(config.database_url)} (IDP_DATABASE_URL, IDP_DATA_DIR)"
    try:
        db = Database(config.database_url)
    except ModuleNotFoundError as error:
        raise CommandError(f"{where} needs {error.name}: pip install 'mock-vneid[postgresql]'") from error
    try:
        if upgrade:
            db.upgrade(_audit_key(config))
        yield db
    except DBAPIError as error:
        raise CommandError(f"{where} cannot be used: {error.orig}") from error
    except OtherVersion as error:
        raise CommandError(f"{where} is of another version of this program: {error}") from error
    except DecryptionError as error:
        raise CommandError(f"{where} was made with other keys than {config.keys_dir} has (IDP_KEYS_DIR)") from error
    finally:
        db.dispose()


def _audit_key(config: Config) -> bytes:
    """The key that seals the audit chain; a key folder of an earlier release gets one here."""
    path = config.keys_dir / pki.AUDIT_KEY
    if not path.exists():
        with key_files.locked(config.keys_dir):
            key_files.write_once(path, secrets.token_bytes(pki.SECRET_BYTES))
    return path.read_bytes()


def shown(database_url: str) -> str:
    """The address without its password."""
    return make_url(database_url).render_as_string(hide_password=True)
