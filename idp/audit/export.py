"""The audit record as JSON lines, so that somebody else can check it with a few lines of any language.

Each line is the canonical form of a record (chain.py) with its `hash` among the members. To check a line: take
`hash` out, write the rest canonically again, and compare its SHA-256; `previous_hash` is the `hash` before.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.orm import Session

from idp.audit import canonical, chain_store
from idp.audit.chain import Stored


def lines(session: Session, start: int = 1) -> Iterator[str]:
    """One record a line, in order. A record that was tampered with past reading is given as the database has it."""
    return (_line(record) for record in chain_store.records(session, start if start > 1 else None))


def _line(record: Stored) -> str:
    content = record.content()
    if content is None:
        content = {
            name: value if isinstance(value, int | str) else str(value) for name, value in vars(record).items()
        }
    return canonical.text({**content, "hash": record.hash if isinstance(record.hash, str) else str(record.hash)})
