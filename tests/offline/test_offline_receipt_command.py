"""`verify --receipt`: what an auditor reads, and what she is told of a receipt that is none."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from joserfc.jwk import ECKey

from idp.documents.offline import receipt
from idp.documents.verifier.command import main

KEY, STRANGER = (ECKey.generate_key("P-256") for _ in range(2))
DOCUMENT = "a.document~"
Run = Callable[..., tuple[int, str]]


def made(key: ECKey = KEY, document: str = DOCUMENT) -> str:
    content = {
        "iss": "https://portal.example", "jti": "KT-261124-ABCD-EFGH", "iat": 1_795_485_600, "verdict": "refused",
        "code": "revoked", "checked_at": "2026-11-24T02:00:00+00:00", "clerk": "demo-clerk", "lists": None,
        "policy": {"refuse_after": "exp"}, "document": receipt.document_hash(document),
    }  # fmt: skip
    return receipt.make(content, key)


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """The command on `receipt` with the counter's keys, and on `document` where it is given."""
    keys = {"keys": [{**KEY.as_dict(private=False), "kid": KEY.thumbprint(), "use": "sig"}]}
    (tmp_path / "keys.json").write_text(json.dumps(keys), encoding="utf-8")
    (tmp_path / "receipt").write_text(made(), encoding="ascii")
    (tmp_path / "document").write_text(DOCUMENT + "\n", encoding="ascii")

    def call(*options: str, document: bool = False, **files: str) -> tuple[int, str]:
        for name, text in files.items():
            (tmp_path / name.replace("keys", "keys.json")).write_text(text, encoding="utf-8")
        arguments = ["--receipt", str(tmp_path / "receipt"), "--receipt-keys", str(tmp_path / "keys.json"), *options]
        code = main([*arguments, *([str(tmp_path / "document")] if document else [])])
        return code, capsys.readouterr().out

    return call


def test_in_both_languages(run: Run) -> None:
    """First the answer, then what was decided then: a good receipt may tell of a refusal."""
    code, said = run()
    assert (code, said.splitlines()[0]) == (0, "BIÊN NHẬN ĐÚNG: do quầy này ký, không bị sửa.")
    assert "Kết luận lúc đó: từ chối" in said
    code, said = run("--lang", "en", document=True)
    assert code == 0
    assert "and of this document" in said.splitlines()[0]
    assert "Receipt number: KT-261124-ABCD-EFGH" in said


def test_refused(run: Run) -> None:
    """Of another document, edited, or by a key that is not the counter's."""
    head, payload, signature = made().split(".")
    cases = {
        "receipt_other_document": {"document": True, "receipt": made(document="another")},
        "receipt_key": {"receipt": made(STRANGER)},
        "receipt_signature": {"receipt": f"{head}.{payload}.{signature[:-4]}AAAA"},
    }
    for expected, given in cases.items():
        code, said = run("--json", **given)  # type: ignore[arg-type]
        assert (code, json.loads(said)["code"]) == (1, expected)
        assert run("--lang", "en", **given)[1].startswith("REFUSED")  # type: ignore[arg-type]


@pytest.mark.parametrize("given", [{"receipt": "no receipt"}, {"keys": "no keys"}, {"keys": "[]"}], ids=range(3))
def test_unusable(run: Run, given: dict[str, str]) -> None:
    code, said = run("--lang", "en", **given)  # type: ignore[arg-type]
    assert (code, said.startswith("CANNOT CHECK")) == (2, True)
    assert json.loads(run("--json", **given)[1])["verdict"] == "unusable"  # type: ignore[arg-type]


def test_files_that_are_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--receipt", str(tmp_path / "nothing"), "--receipt-keys", str(tmp_path / "nothing")]) == 2
    assert "nothing" in capsys.readouterr().out
