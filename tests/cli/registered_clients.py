"""Clients as the command registers and shows them, for its tests."""

from __future__ import annotations

import json
from typing import Any

from client_values import REDIRECT

from tests.cli.conftest import Run

BASE = ("--name-vi", "Bệnh viện", "--name-en", "Hospital", "--redirect-uri", REDIRECT)


def shown(run: Run, client_id: str) -> dict[str, Any]:
    return dict(json.loads(run("clients", "show", client_id, "--json").out))


def added(run: Run, *more: str) -> str:
    answer = run("clients", "add", *BASE, *more, "--json")
    assert answer.code == 0, answer.err
    return str(json.loads(answer.out)["client_id"])
