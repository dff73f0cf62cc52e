"""`mock-vneid demo --lan`: the network's own name or address, in addresses, certificate and settings alike."""

from __future__ import annotations

import io
import socket
from dataclasses import replace
from datetime import datetime

import pytest
import zxingcpp
from cryptography import x509
from PIL import Image

from idp import pki
from idp.cli import lan
from idp.cli.errors import CommandError
from idp.cli.lan import Lan
from idp.config import Config, ConfigError, load

HOME = Lan("may-tinh.local", "192.168.1.20")
DEFAULT = load({})


def test_a_machine_in_no_network_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """No route, or none but its own: a phone could not come here."""
    monkeypatch.setattr(lan, "ELSEWHERE", ("127.0.0.1", 9))
    with pytest.raises(CommandError, match="no network"):
        lan.find("")


@pytest.mark.parametrize("name", ["no-such-host.invalid", "a b", "x" * 300])
def test_an_unknown_name_is_told(name: str) -> None:
    with pytest.raises(CommandError, match="--lan"):
        lan.find(name)


def test_a_named_address_is_taken() -> None:
    assert lan.find("127.0.0.2") == Lan("127.0.0.2", "127.0.0.2")


@pytest.mark.parametrize(("resolves_to", "name"), [("192.168.1.20", "box.local"), ("192.168.1.9", "192.168.1.20")])
def test_the_mdns_name_is_used_where_it_means_this_machine(
    monkeypatch: pytest.MonkeyPatch, resolves_to: str, name: str
) -> None:
    """Else a phone would be sent elsewhere: the address stands for itself."""
    monkeypatch.setattr(lan, "_own_address", lambda: "192.168.1.20")
    monkeypatch.setattr(socket, "gethostname", lambda: "Box.example")
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args: [(0, 0, 0, "", (resolves_to, 0))])
    assert lan.find("") == Lan(name, "192.168.1.20")


def test_addresses_set_by_hand_are_not_overwritten() -> None:
    for changed in ({"issuer": "https://id.example"}, {"portal_url": "https://portal.example"}):
        with pytest.raises(CommandError, match="unset"):
            lan.settings(replace(DEFAULT, **changed), HOME)


def test_settings() -> None:
    """HTTPS under the network's name, open to it, and the wallet may answer the portal there and nowhere else."""
    found = lan.settings(DEFAULT, HOME)
    assert (found.issuer, found.portal_url) == ("https://may-tinh.local:5000", "https://may-tinh.local:5001")
    assert (found.host, found.secure) == ("0.0.0.0", True)  # noqa: S104
    assert found.private_networks == ("192.168.1.20/32",)
    assert lan.settings(replace(DEFAULT, host="192.168.1.20"), HOME).host == "192.168.1.20"


def test_the_certificate_names_all_it_is_reached_by(config: Config, now: datetime) -> None:
    """Name and address (a phone takes either), and localhost for this machine; signed by the mock root."""
    files = lan.certificate(config, HOME, now)
    made = x509.load_pem_x509_certificate(files[0].read_bytes())
    names = made.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert "may-tinh.local" in names.get_values_for_type(x509.DNSName)
    assert {str(each) for each in names.get_values_for_type(x509.IPAddress)} >= {"192.168.1.20", "127.0.0.1"}
    made.verify_directly_issued_by(pki.root(config.keys_dir).certificate)
    environment = lan.portal_environment(config)
    assert (environment["PORTAL_TLS_CERTIFICATE"], environment["PORTAL_TLS_KEY"]) == tuple(map(str, files))


def test_the_terminal_shows_a_code_that_reads(config: Config) -> None:
    """The half blocks, drawn on a dark ground, are the portal's address; how to trust the root stands beside."""
    text = lan.instructions(replace(config, portal_url="https://192.168.1.20:5001"))
    assert "root.pem" in text
    assert "SHA-256" in text
    drawn = lan.picture("https://192.168.1.20:5001").splitlines()
    assert _read(drawn) == "https://192.168.1.20:5001"


def _read(lines: list[str]) -> str:
    """Each character is two modules, one above the other."""
    width = max(map(len, lines))
    picture = Image.new("L", (width, 2 * len(lines)), 0)
    for row, line in enumerate(lines):
        for column, block in enumerate(line):
            for half, blocks in enumerate(("█▀", "█▄")):
                picture.putpixel((column, 2 * row + half), 255 if block in blocks else 0)
    stream = io.BytesIO()
    picture.resize((width * 8, len(lines) * 16), Image.Resampling.NEAREST).save(stream, "PNG")
    found = zxingcpp.read_barcodes(Image.open(stream))
    return found[0].text if found else ""


@pytest.mark.parametrize("value", ["here", "192.168.1.5/24", "1"])
def test_networks_are_networks(value: str) -> None:
    with pytest.raises(ConfigError, match="IDP_PRIVATE_NETWORKS"):
        load({"IDP_PRIVATE_NETWORKS": value})
    assert load({"IDP_PRIVATE_NETWORKS": "192.168.1.0/24, 10.0.0.0/8"}).private_networks[1] == "10.0.0.0/8"
