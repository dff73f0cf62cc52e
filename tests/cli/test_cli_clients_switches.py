"""What is loosened for a client, and scopes, as the command shows, replaces and takes them."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Run, assert_refused
from tests.cli.registered_clients import added, shown

pytestmark = pytest.mark.usefixtures("keys")


def test_every_switch_is_shown_replaced_and_taken(run: Run) -> None:
    """no-pkce too, whichever of its names turned it on (decision: what --lenient gives replaces all that was)."""
    client = added(run, "--no-pkce", "--lenient", "claims-in-id-token")

    def on() -> str:
        line = next(line for line in run("clients", "show", client).out.splitlines() if line.startswith("lenient "))
        return line.removeprefix("lenient").strip()

    assert on() == "no-pkce, claims-in-id-token"
    told = run("clients", "edit", client, "--clear", "lenient").out
    assert "changed        lenient: no-pkce, claims-in-id-token -> (none)" in told
    assert (on(), shown(run, client)["require_pkce"]) == ("(none)", True)
    for options, expected in (
        (("--lenient", "no-pkce", "--lenient", "claims-in-id-token"), "no-pkce, claims-in-id-token"),
        (("--lenient", "client-secret-either-way"), "client-secret-either-way"),
        (("--lenient", "claims-in-id-token", "--no-pkce"), "no-pkce, claims-in-id-token"),
    ):
        assert run("clients", "edit", client, *options).code == 0
        assert on() == expected, options
    assert "replaces all" in run("clients", "edit", "--help").out


def test_scopes_are_joined(run: Run) -> None:
    """One text or several; without openid it is that which is told."""
    client = added(run, "--scope", "openid", "--scope", "profile email")
    assert shown(run, client)["scope"].split() == ["email", "openid", "profile"]
    assert '--scope "openid profile"' in " ".join(run("clients", "add", "--help").out.split())
    answer = run("clients", "edit", client, "--scope", "profile")
    assert_refused(answer, "scope: lacks openid", "--scope")
