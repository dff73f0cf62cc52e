"""The two criminal record certificates, made from one judicial record (Law 28/2009/QH12 art. 41-43, as amended
by Law 107/2025/QH15).

No. 1 leaves out convictions that are cleared or amnestied and then reads "không có án tích" (no criminal record),
and speaks of a business ban only where that was asked for. No. 2 tells everything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

CLEAR, CONVICTED = "không có án tích", "có án tích"
NOT_REQUESTED, NO_BAN = "không yêu cầu", "không bị cấm"
#: What No. 1 tells of a conviction (art. 42); No. 2 tells all fields (art. 43).
NUMBER_1_FIELDS = ("offence", "main_penalty", "additional_penalty")


@dataclass(frozen=True)
class JudicialRecord:
    """What the record of one person says. A conviction with `cleared_at` or `amnestied_at` is no longer counted
    from that day on; `business_ban` is None where there is none."""

    convictions: tuple[Mapping[str, object], ...]
    business_ban: Mapping[str, object] | None


def number_1(record: JudicialRecord, on: date, *, business_ban_asked: bool) -> dict[str, object]:
    """The decisive claims of certificate No. 1, issued on that day."""
    live = [conviction for conviction in record.convictions if not _cleared(conviction, on)]
    told = [{name: one[name] for name in NUMBER_1_FIELDS if name in one} for one in live]
    ban = _ban(record) if business_ban_asked else NOT_REQUESTED
    return {"criminal_status": _status(live), "convictions": told, "business_ban": ban}


def number_2(record: JudicialRecord, on: date) -> dict[str, object]:
    """The decisive claims of certificate No. 2: every conviction, cleared ones with the day of clearing."""
    live = [conviction for conviction in record.convictions if not _cleared(conviction, on)]
    told = [dict(conviction) for conviction in record.convictions]
    return {"criminal_status": _status(live), "convictions": told, "business_ban": _ban(record)}


def _status(live: Sequence[Mapping[str, object]]) -> str:
    return CONVICTED if live else CLEAR


def _ban(record: JudicialRecord) -> object:
    return NO_BAN if record.business_ban is None else dict(record.business_ban)


def _cleared(conviction: Mapping[str, object], on: date) -> bool:
    days = (conviction.get("cleared_at"), conviction.get("amnestied_at"))
    return any(day is not None and date.fromisoformat(str(day)) <= on for day in days)
