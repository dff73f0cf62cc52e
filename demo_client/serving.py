"""The portal's WSGI server: gunicorn, one process with threads, since sessions, throttles and lists live in it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

THREADS = 8


class Server(BaseApplication):  # type: ignore[misc]
    """Serve the app that `create` makes until stopped."""

    def __init__(
        self, create: Callable[[], Flask], host: str, port: int, tls: tuple[Path, Path] | None = None
    ) -> None:
        self.create, self.host, self.port, self.tls = create, host, port, tls
        super().__init__()

    def load_config(self) -> None:
        settings: dict[str, Any] = {
            "bind": f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}",
            "worker_class": "demo_client.worker.Worker",
            "workers": 1,
            "threads": THREADS,
            "loglevel": "error",
            "proc_name": "mock-vneid-portal",
            # Nobody is believed who says where we are mounted or who he is (SCRIPT_NAME, X-Forwarded-Proto).
            "forwarded_allow_ips": "",
            "forwarder_headers": "",
            "secure_scheme_headers": {},
            "control_socket_disable": True,
        }
        if self.tls:
            settings["certfile"], settings["keyfile"] = str(self.tls[0]), str(self.tls[1])
        for name, value in settings.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Flask:
        return self.create()
