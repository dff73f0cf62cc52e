"""Who is trusted besides the public authorities: the mock root, whose certificates `serve --tls` and others have."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from idp.app import create_app
from idp.cli.provision import provision
from idp.clock import FixedClock
from idp.config import Config
from idp.documents import blueprints
from idp.documents.ports import DocumentServices
from idp.outbound import NoAnswer, Outbound
from tests.outbound.conftest import Peer

JSON = "application/json"


def asked(outbound: Outbound, peer: Peer) -> int:
    peer.answer("/a")
    url = f"https://localhost:{peer.port}/a"
    return outbound.get(url, registered=[url], accept=JSON).status


def test_the_root_is_trusted(tls_peer: Peer, keys_dir: Path) -> None:
    """A server whose certificate it signed is called, under its own name only."""
    outbound = Outbound(allow_loopback=True, root=keys_dir / "root.pem")
    assert asked(outbound, tls_peer) == 200
    url = f"https://127.0.0.1:{tls_peer.port}/a"
    with pytest.raises(NoAnswer, match="unreachable"):
        outbound.get(url, registered=[url], accept=JSON)


def test_another_root_is_not(tls_peer: Peer, tmp_path: Path, clock: FixedClock) -> None:
    """Only ours is."""
    from idp import pki

    pki.init(tmp_path / "other", clock.now())
    with pytest.raises(NoAnswer, match="unreachable"):
        asked(Outbound(allow_loopback=True, root=tmp_path / "other" / "root.pem"), tls_peer)
    assert tls_peer.requests == []


def test_the_bundle_stays_trusted(tls_peer: Peer, keys_dir: Path, tmp_path: Path, clock: FixedClock) -> None:
    """The root comes besides it, not instead."""
    from idp import pki

    pki.init(tmp_path / "other", clock.now())
    both = Outbound(allow_loopback=True, verify=str(keys_dir / "root.pem"), root=tmp_path / "other" / "root.pem")
    assert asked(both, tls_peer) == 200


@pytest.fixture
def composed(config: Config, clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> Iterator[DocumentServices]:
    """What the composer gives to the wallet."""
    given: list[DocumentServices] = []
    make = blueprints.create_blueprints

    def keep(services: DocumentServices):  # type: ignore[no-untyped-def]
        given.append(services)
        return make(services)

    monkeypatch.setattr("idp.app.document_blueprints", keep)
    provision(config, clock)
    app = create_app(config, clock)
    yield given[0]
    app.extensions["mock_vneid_db"].dispose()


def test_the_wallet_trusts_it(composed: DocumentServices, tls_peer: Peer) -> None:
    """As the provider is put together: a relying party under the mock root is reached and answered."""
    outbound = composed.outbound
    tls_peer.answer("/answer")
    url = f"https://localhost:{tls_peer.port}/answer"
    assert outbound.post_form(url, {"state": "x"}, registered=[url], accept=JSON).status == 200
    assert tls_peer.requests[0][3] == b"state=x"
