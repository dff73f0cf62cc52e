"""The operator's log: a line an event on standard error, with time, level and part; `IDP_LOG_LEVEL` from where on."""

from __future__ import annotations

import logging
import sys
from datetime import UTC, datetime

FORM = "%(asctime)s %(levelname)s %(name)s %(message)s"
LEVELS = ("debug", "info", "warning", "error")


class OneLine(logging.Formatter):
    """A message is one line whatever is in it (CWE-117); only the trace of a failure of ours has more."""

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:
        return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")

    def formatMessage(self, record: logging.LogRecord) -> str:
        text = super().formatMessage(record)
        return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def configure(level: str) -> None:
    """For the process of a server; once is enough."""
    log = logging.getLogger("mock_vneid")
    log.setLevel(level.upper())
    if not any(isinstance(handler.formatter, OneLine) for handler in log.handlers):
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(OneLine(FORM))
        log.addHandler(handler)
