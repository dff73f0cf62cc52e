"""Write `tests/verifier/cases` anew: `python tests/verifier/make_cases.py`.

The keys are made for one run and thrown away, so what is written can never be signed again. The expected
outcome stands beside each case's making, by hand; it is not taken from what the verifier says.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import cases_chain
import cases_disclosures
import cases_format
import cases_good
import cases_header
import cases_holder
import cases_status
import cases_trust
from case_builder import Cases, write

DESCRIPTIONS = (
    *cases_good.ALL,
    *cases_format.ALL,
    *cases_disclosures.ALL,
    *cases_header.ALL,
    *cases_chain.ALL,
    *cases_trust.ALL,
    *cases_status.ALL,
    *cases_holder.ALL,
)
FOLDER = Path(__file__).parent / "cases"


def make(folder: Path) -> int:
    """Write every case; returns how many."""
    cases = Cases()
    for describe in DESCRIPTIONS:
        describe(cases)
    names = [case.name for case in cases.found]
    assert len(set(names)) == len(names), "a name is used twice"
    shutil.rmtree(folder, ignore_errors=True)
    for case in cases.found:
        write(case, folder, cases.world)
    return len(names)


if __name__ == "__main__":
    print(f"{make(FOLDER)} cases")
