"""A Node client of tests/node/scripts, in conversation with a browser."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Any

NODE_FOLDER = Path(__file__).parent.parent / "node"


class CodeFlowClient:
    """Runs the script; fails with what the script complains of."""

    def __init__(self, node: Path, settings: dict[str, Any], script: str = "openid_client_code_flow.mjs") -> None:
        self._process = subprocess.Popen(
            [str(node), f"scripts/{script}"],
            cwd=NODE_FOLDER,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.authorization_url = str(self._ask(json.dumps(settings))["authorizationUrl"])

    def finish(self, callback: str) -> dict[str, Any]:
        """Give the address the browser came back to; returns what the client found."""
        return self._ask(callback)

    def _ask(self, line: str) -> dict[str, Any]:
        assert self._process.stdin
        assert self._process.stdout
        assert self._process.stderr
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        assert answer, self._process.stderr.read()
        found: dict[str, Any] = json.loads(answer)
        return found

    def __enter__(self) -> CodeFlowClient:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.communicate()
