"""docs/conformance.md is what conformance.toml says, whose tests exist; the suite's files fit pages and registry."""

from __future__ import annotations

import ast
import json
import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import ECKey

from idp.oauth import client_document, client_metadata
from tests.docs.conformance_page import PAGE, RESULTS, ROOT, path_of, plans, whole

FILES = ROOT / "docs" / "conformance"
TEMPLATES, PERSONAS = ROOT / "idp" / "templates", ROOT / "idp" / "seed" / "personas"
SUITE = ("openid", "fapi")


@cache
def functions_of(path: str) -> frozenset[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def read(name: str) -> dict[str, Any]:
    return dict(json.loads((FILES / f"{name}.json").read_text(encoding="utf-8")))


def test_the_tables_are_up_to_date() -> None:
    """Renew them with `python -m tests.docs.conformance_page`."""
    text = PAGE.read_text(encoding="utf-8")
    assert text == whole(text)


def test_every_plan_is_there() -> None:
    """The nine that the provider is meant for, with each module once."""
    found = plans()
    assert len(found) == 9
    for plan in found:
        names = [module.name for module in plan.modules]
        assert len(names) == len(set(names)) > 0


def test_every_named_test_exists() -> None:
    """A test that was renamed or taken away is found here, and no module is without one."""
    modules = [module for plan in plans() for module in plan.modules]
    assert [module.name for module in modules if not module.tests] == []
    references = {path_of(test) for module in modules for test in module.tests}
    missing = [one for one in references if one.partition("::")[2] not in functions_of(one.partition("::")[0])]
    assert missing == []


def test_what_is_not_passed_says_why() -> None:
    """Beside it; and nothing has another result than the page explains."""
    modules = [module for plan in plans() for module in plan.modules]
    assert {module.result for module in modules} == set(RESULTS)
    assert [one.name for one in modules if one.result in ("skipped", "refused") and not one.note] == []
    assert all(f"| {words} |" in PAGE.read_text(encoding="utf-8").split("## Run")[0] for words in RESULTS.values())


def test_the_page_says_what_it_is_not() -> None:
    """Nobody may take it for a certificate."""
    text = PAGE.read_text(encoding="utf-8")
    assert "The suite itself has not been run here, and nothing on this page is a certification." in text
    assert text.split("\n")[2].startswith("**Tóm tắt.**")


@pytest.mark.parametrize("name", SUITE)
def test_the_browsers_commands_fit_our_pages(name: str) -> None:
    """Each control that is pressed, filled or waited for is in a template; the citizen is one of ours."""
    text = (FILES / f"{name}.json").read_text(encoding="utf-8")
    templates = "".join(path.read_text(encoding="utf-8") for path in sorted(TEMPLATES.rglob("*.html")))
    controls = set(re.findall(r'data-testid=\\"([^"\\]+)\\"', text))
    assert {"sign-in-number", "sign-in-submit", "second-factor-passcode", "consent-approve"} <= controls
    assert [one for one in controls if f'testid="{one}"' not in templates] == []
    (lan,) = tomllib.loads((PERSONAS / "lan.toml").read_text(encoding="utf-8"))["persona"]
    for name in ("personal_id_number", "password", "passcode"):
        assert f'"{lan[name]}"' in text


def test_overrides_are_for_modules_that_there_are() -> None:
    """By their names in the tables."""
    names = {module.name for plan in plans() for module in plan.modules}
    assert [one for one in read("openid")["override"] if one not in names] == []


@pytest.mark.parametrize("file", ["client-suite", "client-suite-fapi"])
def test_the_clients_can_be_registered(file: str) -> None:
    """As they stand, but for the key that is the reader's own; they are those that the suite's file names."""
    document = read(file)
    config = read("fapi" if file.endswith("fapi") else "openid")
    assert document["client_id"] == config["client"]["client_id"]
    if "jwks" in document:
        document["jwks"] = {"keys": [ECKey.generate_key("P-256", {"kid": "a", "use": "sig"}).as_dict(private=False)]}
    assert client_document.unknown(document) == []
    made = client_metadata.completed(client_document.read(document))
    assert all(f"/test/a/{config['alias']}/callback" in uri for uri in made.redirect_uris)


def test_the_page_names_the_files() -> None:
    """Each of them, and no other."""
    text = PAGE.read_text(encoding="utf-8")
    named = set(re.findall(r"conformance/([\w-]+\.json)", text))
    assert named == {path.name for path in Path(FILES).iterdir()}
