"""Client programs that talk in lines of JSON, in conversation with a browser."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any, Self

NODE_FOLDER = Path(__file__).parent.parent / "node"


class Conversation:
    """Runs `command`; fails with what it complains of."""

    def __init__(self, command: list[str], folder: Path) -> None:
        self._process = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def ask(self, line: str) -> dict[str, Any]:
        self.tell(line)
        assert self._process.stdout
        assert self._process.stderr
        answer = self._process.stdout.readline()
        assert answer, self._process.stderr.read()
        found: dict[str, Any] = json.loads(answer)
        return found

    def tell(self, line: str) -> None:
        """Nothing is answered."""
        assert self._process.stdin
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()


class CodeFlowClient(Conversation):
    """A Node client of tests/node/scripts, which tells where the browser is to go and takes where it came back to."""

    def __init__(self, node: Path, settings: dict[str, Any], script: str = "openid_client_code_flow.mjs") -> None:
        super().__init__([str(node), f"scripts/{script}"], NODE_FOLDER)
        self.authorization_url = str(self.ask(json.dumps(settings))["authorizationUrl"])

    def finish(self, callback: str) -> dict[str, Any]:
        """Give the address the browser came back to; returns what the client found."""
        return self.ask(callback)
