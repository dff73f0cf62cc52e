"""A service of somebody else's that asks for what it may not have."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from gallery import Gallery
from journey import LAN, give_password, press, see
from live import Demo
from playwright.sync_api import Page, expect
from screens import on_phone, on_sqlite

sys.path.insert(0, str(Path(__file__).parent.parent / "documents"))

from relying_party import CREDENTIAL, Verifier, running

pytestmark = [pytest.mark.browser, on_phone, on_sqlite]
NUMBER_2 = "urn:vn-mock:judicial-record-2:1"
INSURANCE = "urn:vn-mock:health-insurance:1"


@pytest.fixture
def asker() -> Iterator[Verifier]:
    with running(datetime.now(UTC)) as verifier:
        yield verifier


def _register(live: Demo, asker: Verifier, folder: Path, *types: str) -> None:
    party = asker.party()
    jwks = folder / "jwks.json"
    jwks.write_text(json.dumps(party.jwks))
    options = [option for vct in types for option in ("--document-type", vct)]
    done = live.command(
        "clients", "add", "--json", "--name-vi", "Công ty hỏi nhiều (MÔ PHỎNG)", "--name-en", "Asks Too Much (MOCK)",
        "--redirect-uri", f"{asker.url}/callback", "--request-uri", party.request_uris[0],
        "--response-uri", party.response_uris[0], "--jwks", str(jwks), "--auth-method", "private_key_jwt", *options,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    asker.client_id = json.loads(done.stdout)["client_id"]


def _ask(live: Demo, page: Page, asker: Verifier, vct: str) -> None:
    credential: dict[str, Any] = {**CREDENTIAL, "meta": {"vct_values": [vct]}}
    asker.answers.claims = {"aud": f"{live.issuer}/wallet", "dcql_query": {"credentials": [credential]}}
    page.goto(live.issuer + asker.link())
    press(page, "confirm-yes")


def test_nobody_may_ask_for_number_2(
    live: Demo, page: Page, asker: Verifier, tmp_path: Path, gallery: Gallery
) -> None:
    """Registered for it or not: the law of 01/07/2026 stands above the register, and Lan is not even asked."""
    _register(live, asker, tmp_path, NUMBER_2)
    _ask(live, page, asker, NUMBER_2)
    see(page, "presentation-forbidden-by-law")
    for word in ("Phiếu lý lịch tư pháp số 2", "107/2025/QH15"):
        expect(page.locator("main")).to_contain_text(word)
    expect(page.get_by_test_id("consent-passcode")).to_have_count(0)
    gallery.take(page, "48-number-2")
    assert asker.opened()["error"] == "access_denied"
    assert "vp_token" not in asker.opened()


def test_a_type_it_is_not_registered_for(live: Demo, page: Page, asker: Verifier, tmp_path: Path) -> None:
    """What the register does not name, the wallet does not offer."""
    _register(live, asker, tmp_path, "urn:vn-mock:health-book:1")
    _ask(live, page, asker, INSURANCE)
    see(page, "presentation-type-not-registered")
    assert asker.opened()["error"] == "access_denied"


def test_what_it_may_have_it_gets(live: Demo, page: Page, asker: Verifier, tmp_path: Path) -> None:
    """The same service asks for what it is registered for: consent, passcode, one document."""
    _register(live, asker, tmp_path, INSURANCE)
    _ask(live, page, asker, INSURANCE)
    give_password(page, LAN)
    see(page, "consent-passcode")
    page.get_by_test_id("consent-passcode").fill(LAN.passcode)
    with page.expect_request(f"{asker.url}/return?**"):
        press(page, "consent-approve")
    assert list(asker.opened()["vp_token"]) == ["book"]
