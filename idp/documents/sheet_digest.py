"""The five facts of the look-up as one value: all right, or nothing."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata


def of(sheet_code: str, full_name: str, birthdate: str, sex: str, number: str) -> str:
    """The same however people type: case, spaces and marks between groups, composed letters or not."""
    facts = [
        re.sub(r"[^0-9A-Z]", "", sheet_code.upper()),
        " ".join(unicodedata.normalize("NFC", full_name).casefold().split()),
        birthdate.strip(),
        sex,
        re.sub(r"[\s.-]", "", number).upper(),
    ]
    return hashlib.sha256(json.dumps(["printed sheet", *facts], ensure_ascii=False).encode()).hexdigest()
