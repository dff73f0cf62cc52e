"""How old the lists behind a verdict are, and from which age on somebody should know: past `exp` none is used."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from idp.documents.verifier.status_checked import StatusChecked
from idp.documents.verifier.trust import TrustList


@dataclass(frozen=True)
class AgePolicy:
    """From these ages on a verdict says so. A status list is good for twelve hours, a trust list for a week and
    is made anew after half of it."""

    status_list: timedelta = timedelta(hours=4)
    trust_list: timedelta = timedelta(days=4)

    def as_json(self) -> dict[str, int]:
        """In seconds."""
        return {name: int(age.total_seconds()) for name, age in vars(self).items()}


@dataclass(frozen=True)
class Ages:
    """Since the signing of each list that was used. `status_list` is None where none was."""

    trust_list: timedelta
    status_list: timedelta | None

    def old(self, policy: AgePolicy) -> tuple[str, ...]:
        """The names of those that are older than the policy likes."""
        named = {"trust_list": self.trust_list, "status_list": self.status_list}
        return tuple(name for name, age in named.items() if age is not None and age > getattr(policy, name))


def ages(trust: TrustList, status: StatusChecked | None, now: datetime) -> Ages:
    """Of the lists a document was checked with."""
    return Ages(now - trust.issued_at, None if status is None else now - status.issued_at)
