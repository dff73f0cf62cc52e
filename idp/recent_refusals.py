"""The last refusals of each registered client, for the page of the registry: what the log has, and as little.

In memory, for a provider is one process (`idp.serving`): a restart forgets them, the log does not.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from idp.refusal_log import Refusal

KEPT, CLIENTS = 20, 500


@dataclass(frozen=True)
class Told:
    """A refusal, and when it was."""

    at: datetime
    refusal: Refusal


class RecentRefusals:
    """Safe to share between threads. Bounded, whatever is sent: only registered clients have a place."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, deque[Told]] = OrderedDict()
        self._lock = Lock()

    def keep(self, refusal: Refusal | None, now: datetime) -> None:
        if refusal is None:
            return
        with self._lock:
            self._kept.setdefault(refusal.client_id, deque(maxlen=KEPT)).append(Told(now, refusal))
            self._kept.move_to_end(refusal.client_id)
            if len(self._kept) > CLIENTS:
                self._kept.popitem(last=False)

    def of(self, client_id: str) -> Sequence[Told]:
        """The newest first."""
        with self._lock:
            return tuple(reversed(self._kept.get(client_id, ())))

    def forget(self, client_id: str) -> None:
        """Whoever registers by this name next is somebody else."""
        with self._lock:
            self._kept.pop(client_id, None)
