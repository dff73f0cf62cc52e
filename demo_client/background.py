"""Fetching beside a page: who opens it waits a moment, and what comes later is there for the next one.

A provider that is away, or a network that swallows packets, must cost a clerk no more than that moment, and only
once in a while: then what is at hand serves, with its age.
"""

from __future__ import annotations

import threading
import time
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from demo_client.lists import Source
from demo_client.outbound import FetchError, Unreachable

#: For so long nothing is asked of a provider that did not answer, nor an address again that failed.
REST = timedelta(seconds=30)
#: What came while nobody waited for it is news for so long.
NEWS = timedelta(seconds=30)


@dataclass(frozen=True)
class Patience:
    """How long a page waits for something newer; whoever checks a document waits longer, and longest where there is
    nothing yet."""

    glance: timedelta = timedelta(seconds=1)
    check: timedelta = timedelta(seconds=3)
    nothing_yet: timedelta = timedelta(seconds=10)


@dataclass
class _Job:
    """One request on its way, or its answer that nobody has taken yet."""

    began: datetime
    answer: Future[str] = field(default_factory=Future)
    started: float = field(default_factory=time.monotonic)

    def left(self, patience: timedelta) -> float:
        """Seconds: whoever waited as long before need not wait again."""
        return max(0.0, self.started + patience.total_seconds() - time.monotonic())

    def stale(self, now: datetime) -> bool:
        return self.answer.done() and not timedelta() <= now - self.began < NEWS


class Background:
    """One provider's addresses, each asked by one thread at a time. Safe to share between threads."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._jobs: dict[str, _Job] = {}
        self._failed: dict[str, datetime] = {}
        self._away: datetime | None = None
        self._lock = threading.Lock()

    def get(self, url: str, media_type: str, now: datetime, patience: timedelta, *, insist: bool = False) -> str:
        """The body, if it comes within `patience` of being asked for. Raises FetchError; at once where it failed a
        moment ago, unless the caller, having nothing else, insists."""
        job = self._job(url, media_type, now, insist=insist)
        try:
            text = job.answer.result(job.left(patience))
        except TimeoutError:
            raise FetchError(f"{url}: still on its way") from None
        finally:
            with self._lock:
                if job.answer.done() and self._jobs.get(url) is job:
                    del self._jobs[url]
        return text

    def _job(self, url: str, media_type: str, now: datetime, *, insist: bool) -> _Job:
        with self._lock:
            job = self._jobs.get(url)
            if job is None or job.stale(now):
                if not insist and (_lately(self._away, now) or _lately(self._failed.get(url), now)):
                    raise FetchError(f"{url}: failed a moment ago")
                job = self._jobs[url] = self._begin(url, media_type, now)
            return job

    def _begin(self, url: str, media_type: str, now: datetime) -> _Job:
        job = _Job(now)
        threading.Thread(target=self._run, args=(job, url, media_type), daemon=True, name="portal-fetch").start()
        return job

    def _run(self, job: _Job, url: str, media_type: str) -> None:
        try:
            text = self._source.get(url, media_type)
        except Exception as error:  # whoever takes the answer is told
            with self._lock:
                self._failed[url] = job.began
                self._away = job.began if isinstance(error, Unreachable) else self._away
            job.answer.set_exception(error)
            return
        with self._lock:
            self._away = None
            self._failed.pop(url, None)
        job.answer.set_result(text)


def _lately(failed: datetime | None, now: datetime) -> bool:
    return failed is not None and timedelta() <= now - failed < REST
