"""Made-up people with a health book each: the same seed and place in the row give the same person, always.

Their numbers begin with 065, which belongs to no province, so none is a real person's; the built-in test citizens'
serial numbers are low and these count down from the top, so none is theirs either.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import date, timedelta

PLACE = "065"
#: Serial numbers from 100000 on; each person has one of her own.
MOST = 900_000

FAMILY = (
    "Nguyễn",
    "Trần",
    "Lê",
    "Phạm",
    "Hoàng",
    "Huỳnh",
    "Phan",
    "Vũ",
    "Võ",
    "Đặng",
    "Bùi",
    "Đỗ",
    "Ksor",
    "Rơ Châm",
)
GIVEN = (
    "An",
    "Bình",
    "Chi",
    "Dũng",
    "Giang",
    "Hà",
    "Khánh",
    "Lan",
    "Minh",
    "Nga",
    "Phúc",
    "Quỳnh",
    "Sơn",
    "Thảo",
    "Vy",
)
WARDS = ("Xã Mẫu Sông Ba", "Phường Mẫu Biển Hồ", "Xã Mẫu Chư Păh", "Phường Mẫu Hội Phú")
ALLERGIES = (
    {"type": "Thuốc", "allergen": "Penicillin", "manifestation": "Nổi mề đay"},
    {"type": "Thức ăn", "allergen": "Tôm", "manifestation": "Ngứa, phù môi"},
    {"type": "Môi trường", "allergen": "Bụi nhà", "manifestation": "Hắt hơi, chảy mũi"},
)
CONDITIONS = (
    {"code": "I10", "diagnosis": "Tăng huyết áp vô căn (nguyên phát)"},
    {"code": "E11", "diagnosis": "Đái tháo đường típ 2"},
    {"code": "J45", "diagnosis": "Hen phế quản"},
    {"code": "K29", "diagnosis": "Viêm dạ dày và tá tràng"},
)
VACCINES = (
    ("Vắc-xin viêm gan B", "Viêm gan B"),
    ("Vắc-xin sởi - rubella", "Sởi, rubella"),
    ("Vắc-xin uốn ván", "Uốn ván"),
)


def health_book(
    seed: int, place: int, hospital: str, issued_on: date, who: Mapping[str, str] | None = None
) -> dict[str, object]:
    """What the health book of the person at this place says, signed by that hospital.

    `who` says of whom it is, where it is of somebody known: number, name, birthdate, sex and perhaps address.
    """
    if not 0 <= place < MOST:
        raise ValueError(f"there are {MOST} numbers")
    chance = random.Random(f"{seed}/{place}")  # noqa: S311 - no secret: it must give the same again
    person = dict(who or _person(chance, place, issued_on))
    born, number = date.fromisoformat(person["birthdate"]), person["personal_id_number"]
    book: dict[str, object] = {
        "document_number": f"SSK-{seed}-{place:06d}",
        "issuing_authority": hospital,
        **person,
        "insurance_number": f"GD4{number}",
        "primary_facility": hospital,
        "history": _history(chance, born, hospital, issued_on),
        "summary": {
            "history": "Khám sức khỏe định kỳ, không có than phiền.",
            "advice": "Ăn nhạt, vận động đều, tái khám đúng hẹn.",
            "physician": f"BS. {chance.choice(FAMILY)} Mẫu {chance.choice(GIVEN)}",
        },
    }
    if issued_on - born < timedelta(days=18 * 365):
        name = f"{chance.choice(FAMILY)} Mẫu {chance.choice(GIVEN)}"
        book["legal_representative"] = {"full_name": name, "relationship": "Mẹ"}
    return book


def _person(chance: random.Random, place: int, issued_on: date) -> dict[str, str]:
    born, female = issued_on - timedelta(days=chance.randrange(30, 34_000)), chance.random() < 0.5
    return {
        "personal_id_number": _number(place, born, female),
        "full_name": f"{chance.choice(FAMILY)} Mẫu {chance.choice(GIVEN)}",
        "birthdate": born.isoformat(),
        "sex": "female" if female else "male",
        "address": f"Số {chance.randrange(1, 400)}, {chance.choice(WARDS)}, Tỉnh Mẫu",
    }


def _number(place: int, born: date, female: bool) -> str:
    """Decree 137/2015/ND-CP article 13: place, sex and century, year, serial number."""
    century = 2 * (born.year // 100 - 19) + female
    return f"{PLACE}{century}{born.year % 100:02d}{999_999 - place:06d}"


def _history(chance: random.Random, born: date, hospital: str, issued_on: date) -> dict[str, object]:
    years = range(born.year, issued_on.year + 1)
    found = chance.sample(CONDITIONS, k=chance.choice((0, 0, 1, 2)))
    doses = chance.sample(VACCINES, k=chance.choice((1, 2, 3)))
    return {
        "allergies": chance.sample(ALLERGIES, k=chance.choice((0, 0, 1))),
        "conditions": [{"when": str(chance.choice(years)), "place": hospital, **condition} for condition in found],
        "immunizations": [
            {"vaccine": name, "antigen": antigen, "dose": 1, "date": (born + timedelta(days=28)).isoformat()}
            for name, antigen in doses
        ],
    }
