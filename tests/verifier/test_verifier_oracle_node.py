"""An independent implementation reads what we write and writes what we read (npm @sd-jwt/sd-jwt-vc)."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from verifier_world import AUDIENCE, NONCE, NOW, PERSON, STATUS_URI, World, stamp

from idp.documents.sd_jwt.selecting import present
from idp.documents.verifier.document import thaw
from idp.documents.verifier.errors import VerificationError
from idp.documents.verifier.key_binding import NO_KEY_BINDING, ExpectedKeyBinding
from idp.documents.verifier.status import StatusLists
from idp.documents.verifier.status_list import decode_status_list
from idp.documents.verifier.verify import verify

pytestmark = pytest.mark.node
PROOF = ExpectedKeyBinding(AUDIENCE, NONCE, timedelta(minutes=5))
Exchange = Callable[..., dict[str, object]]


@pytest.fixture(scope="session")
def read(node_run: Callable[..., str]) -> Exchange:
    return partial(_exchange, node_run, "sd_jwt_read.mjs")


@pytest.fixture(scope="session")
def written(node_run: Callable[..., str], world: World) -> dict[str, object]:
    """What the other implementation issues and presents."""
    return _exchange(
        node_run,
        "sd_jwt_write.mjs",
        claims=world.claims(),
        frame={
            "_sd": ["personal_id_number", "full_name", "address"],
            "address": {"_sd": ["province"]},
            "names": {"_sd": [0, 1]},
            "_sd_decoy": 2,
        },
        header={"x5c": world.police.x5c},
        issuerKey=world.police.key.as_dict(private=True),
        holderKey=world.holder.as_dict(private=True),
        show={"personal_id_number": True, "address": {"province": True}, "names": {"1": True}},
        kb={"iat": stamp(NOW), "aud": AUDIENCE, "nonce": NONCE},
        statusValues=[0, 1, 2, 3, 0, 0, 1, 2],
    )


def _exchange(node_run: Callable[..., str], script: str, **message: object) -> dict[str, object]:
    return json.loads(node_run(script, stdin=json.dumps(message)))


def test_reads_our_document(read: Exchange, world: World) -> None:
    """Ours read by them: the same processed payload, and the same status."""
    text = world.document()
    found = read(text=text, now=stamp(NOW), status=world.status_token())
    ours = verify(text, trust=world.trust(), now=NOW, key_binding=NO_KEY_BINDING)
    assert found["payload"] == thaw(ours.claims)
    assert found["status"] == 0


def test_reads_our_presentation(read: Exchange, world: World) -> None:
    """Ours read by them: a selection with its key binding."""
    paths = [("personal_id_number",), ("address", "province"), ("names", 1)]
    text = world.bound(present(world.document(), paths))
    found = read(text=text, now=stamp(NOW), nonce=NONCE, status=world.status_token())
    ours = verify(text, trust=world.trust(), now=NOW, key_binding=PROOF)
    assert found["payload"] == thaw(ours.claims)
    assert found["kb"]["payload"]["aud"] == AUDIENCE


def test_refuses_our_revoked_document(read: Exchange, world: World) -> None:
    """Ours read by them: they see the revocation in our status list."""
    found = read(text=world.document(), now=stamp(NOW), status=world.status_token({3: 1}))
    assert found == {"error": "Status is not valid"}


def test_refuses_our_edited_document(read: Exchange, world: World) -> None:
    """Ours read by them: one other character in the signed part."""
    text = world.document()
    place = text.index(".") + 20
    edited = text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]
    assert "error" in read(text=edited, now=stamp(NOW), status=world.status_token())


def test_we_read_their_document(written: dict[str, object], world: World) -> None:
    """Theirs read by us: everything they issued is there."""
    found = verify(
        str(written["document"]),
        trust=world.trust(),
        now=NOW,
        key_binding=NO_KEY_BINDING,
        person=PERSON,
        status=StatusLists({STATUS_URI: world.status_token()}),
    )
    assert thaw(found.claims) == world.claims()
    assert found.answers.good


@pytest.mark.parametrize("form", ["presentation", "flattened", "general"])
def test_we_read_their_presentation(written: dict[str, object], world: World, form: str) -> None:
    """Theirs read by us, in each serialization: what they chose and no more, and their key binding holds."""
    text = written[form] if isinstance(written[form], str) else json.dumps(written[form])
    found = verify(str(text), trust=world.trust(), now=NOW, key_binding=PROOF, person=PERSON)
    hidden = {"full_name": None, "address": {"ward": "Cửa Nam", "province": "Hà Nội"}, "names": ["Mẫn"]}
    assert thaw(found.claims) == world.claims(**hidden)


def test_we_refuse_their_presentation_elsewhere(written: dict[str, object], world: World) -> None:
    """Theirs read by us: another nonce than the one it was made for."""
    other = ExpectedKeyBinding(AUDIENCE, "another", timedelta(minutes=5))
    with pytest.raises(VerificationError, match="key_binding_wrong_nonce"):
        verify(str(written["presentation"]), trust=world.trust(), now=NOW, key_binding=other)


def test_we_read_their_status_list(written: dict[str, object]) -> None:
    """Theirs read by us: the packed statuses."""
    found = decode_status_list({"bits": 2, "lst": written["statusList"]})
    assert [found[index] for index in range(8)] == [0, 1, 2, 3, 0, 0, 1, 2]
