"""Makes the tables of docs/conformance.md from conformance.toml: `python -m tests.docs.conformance_page`."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent.parent
PAGE = ROOT / "docs" / "conformance.md"
TABLE = Path(__file__).with_name("conformance.toml")
BEGINS = "## The modules\n"
RESULTS = {
    "pass": "pass",
    "person": "pass, looked at",
    "skipped": "skipped by the suite",
    "refused": "refused by design",
}


@dataclass(frozen=True)
class Module:
    """A module of the suite, what it would find here, and the tests that hold it."""

    name: str
    result: str
    note: str
    tests: Sequence[str]


@dataclass(frozen=True)
class Plan:
    title: str
    plan: str
    note: str
    modules: Sequence[Module]


def plans() -> Sequence[Plan]:
    with TABLE.open("rb") as stream:
        return [_plan(one) for one in tomllib.load(stream)["plan"]]


def tables() -> str:
    """All that follows the heading."""
    return "\n".join(line for plan in plans() for line in _lines(plan)) + "\n"


def path_of(test: str) -> str:
    """`x::y` stands for a test of tests/oauth."""
    file, _, name = test.partition("::")
    return f"tests/oauth/test_oauth_{file}.py::{name}"


def _plan(one: Mapping[str, Any]) -> Plan:
    modules = [Module(row["name"], row["is"], row.get("note", ""), row["tests"]) for row in one["modules"]]
    return Plan(one["title"], one["plan"], one.get("note", ""), modules)


def _lines(plan: Plan) -> Iterator[str]:
    yield from ("", f"### {plan.title}", "", f"`{plan.plan}`. {plan.note}".rstrip(), "")
    yield from ("| module | here | to know | test |", "|---|---|---|---|")
    for module in plan.modules:
        name = module.name if " " in module.name else f"`{module.name}`"
        told = "<br>".join(f"`{path_of(test)}`" for test in module.tests)
        yield f"| {name} | {RESULTS[module.result]} | {module.note} | {told} |"


def whole(text: str) -> str:
    """The page with its tables renewed."""
    return text.partition(BEGINS)[0] + BEGINS + tables()


if __name__ == "__main__":
    PAGE.write_text(whole(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
