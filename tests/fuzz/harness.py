"""`make fuzz`: one target under atheris (libFuzzer), guided by coverage. `--list` names the targets."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [*(str(HERE.parent / name) for name in ("verifier", "support", "offline", "documents")), str(HERE)]


def main(arguments: list[str]) -> None:
    """The first argument is the target, the others are libFuzzer's."""
    if arguments == ["--list"]:
        from targets import NAMES

        print("\n".join(NAMES))
        return
    import atheris

    with atheris.instrument_imports(include=["idp.documents", "demo_client"]):
        from targets import target as found

        target = found(arguments[0])
    corpus = Path(tempfile.mkdtemp(prefix="mock-vneid-fuzz-"))
    (corpus / "seed").write_bytes(target.seed)
    findings = os.environ.get("MOCK_VNEID_FUZZ_FINDINGS", f"{corpus}/finding-")
    longest = [f"-max_len={target.longest}", f"-artifact_prefix={findings}"]
    options = [sys.argv[0], *longest, *arguments[1:], "-print_final_stats=1", str(corpus)]
    atheris.Setup(options, target)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1:])
