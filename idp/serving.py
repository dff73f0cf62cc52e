"""The WSGI server: gunicorn, one worker with threads, so that one process holds keys and caches."""

from __future__ import annotations

import gc
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

THREADS = 16


class Server(BaseApplication):  # type: ignore[misc]
    """Serve the app that `create` makes. It is made before the fork, so that parent and worker share its pages."""

    def __init__(
        self, create: Callable[[], Flask], host: str, port: int, tls: tuple[Path, Path] | None = None
    ) -> None:
        self.create, self.host, self.port, self.tls = create, host, port, tls
        super().__init__()

    def load_config(self) -> None:
        settings: dict[str, Any] = {
            "bind": f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}",
            "worker_class": "idp.worker.Worker",
            "threads": THREADS,
            "workers": 1,
            "preload_app": True,
            "pre_fork": _share,
            "loglevel": "warning",
            "graceful_timeout": 3,
            "keepalive": 5,
            "limit_request_line": 8190,
            "proc_name": "mock-vneid",
            # Forwarded headers are read by idp.web from named proxies only, never by the server.
            "forwarded_allow_ips": "",
            "secure_scheme_headers": {},
            "control_socket_disable": True,
        }
        if self.tls:
            settings["certfile"], settings["keyfile"] = str(self.tls[0]), str(self.tls[1])
            settings["ssl_context"] = _modern_tls
        for name, value in settings.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Flask:
        return self.create()


def _share(server: Any, _worker: Any) -> None:
    """Nothing that lives until now is garbage: looking at it again would copy every page (gc.freeze)."""
    gc.collect()
    gc.freeze()
    # A request makes some thousands of objects, nearly all of them freed as it ends without any search for cycles.
    gc.set_threshold(10_000, 10, 10)
    gc.enable()


def _modern_tls(_config: Any, default: Callable[[], ssl.SSLContext]) -> ssl.SSLContext:
    context = default()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
