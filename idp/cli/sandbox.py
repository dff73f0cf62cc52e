"""Whether a sandbox is there: a command that works on one makes none by being called in another folder."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import make_url

from idp.cli.database import opened
from idp.cli.errors import CommandError
from idp.config import Config

WHERE = "run it where `make demo` ran, or set IDP_DATA_DIR / IDP_KEYS_DIR / MOCK_VNEID_CONFIG"


def need_keys(config: Config) -> None:
    """Raises CommandError where `seed`, `keys init`, `serve` or `demo` never made keys. Writes nothing."""
    if not (config.keys_dir / "root.pem").is_file():
        raise _nothing_in(config.keys_dir)


def need(config: Config) -> None:
    """As `need_keys`, and where there is no database."""
    need_keys(config)
    file = database_file(config)
    if file is not None and not file.is_file():  # opening it would make it
        raise _nothing_in(file.parent)
    with opened(config, upgrade=False) as db:
        if db.is_empty():
            raise _nothing_in(config.data_dir)


def database_file(config: Config) -> Path | None:
    """The file of a SQLite database."""
    url = make_url(config.database_url)
    return Path(url.database or "") if url.get_backend_name() == "sqlite" else None


def _nothing_in(folder: Path) -> CommandError:
    return CommandError(f"no sandbox in {folder.absolute()}: {WHERE}")
