"""What a person does on the pages of portal and provider, step by step; controls are found by data-testid only."""

from __future__ import annotations

import re
from dataclasses import dataclass

from live import CLERK_PASSWORD, Demo
from playwright.sync_api import Page, expect

LICENCE = "doi-giay-phep-lai-xe"  # health book
LAWYER = "cap-chung-chi-hanh-nghe-luat-su"  # criminal record certificate No. 1, health book where she likes
HOSPITAL = "dang-ky-nhap-vien-kham-chua-benh-bhyt"  # insurance card


@dataclass(frozen=True)
class Citizen:
    """A test citizen of the demo, as `mock-vneid personas` lists them."""

    number: str
    password: str = "MoPhong@2026"
    passcode: str = "246810"


LAN = Citizen("065190000101")
MINH = Citizen("065085000202")
HOA = Citizen("065198000303")
VY = Citizen("065316000505", "", "")  # a child, whose mother registered her
SOFIA = Citizen("065188000606")
DUNG = Citizen("065075000707")
HUNG = Citizen("065079000808")
THAO = Citizen("065193000909")
LONG = Citizen("065082001010")
PHUC = Citizen("065066001111")
QUYNH = Citizen("065195001212")
HAN = Citizen("999301001313")
TAM = Citizen("065096001414")
TUAN = Citizen("065089001515")


def press(page: Page, control: str) -> None:
    page.get_by_test_id(control).click()


def fill(page: Page, control: str, text: str) -> None:
    page.get_by_test_id(control).fill(text)


def see(page: Page, part: str) -> None:
    """The part is on the page, or comes soon."""
    expect(page.get_by_test_id(part).first).to_be_visible()


def text_of(page: Page, part: str) -> str:
    return page.get_by_test_id(part).first.inner_text()


# --- the portal ------------------------------------------------------------------------------------------
def open_portal(page: Page, demo: Demo, language: str = "vi") -> None:
    page.goto(f"{demo.portal}/?lang={language}")


def choose_procedure(page: Page, slug: str) -> None:
    press(page, f"procedure-{slug}")


def apply(page: Page, demo: Demo, slug: str, citizen: Citizen, language: str = "vi") -> None:
    """From the catalogue to the page that says what will be asked for; signs in on the way."""
    open_portal(page, demo, language)
    choose_procedure(page, slug)
    press(page, "apply")
    sign_in(page, citizen)
    share_where_asked(page, "applicant")


def open_desk(page: Page, demo: Demo, language: str = "vi") -> None:
    """The clerk's list of what was filed."""
    page.goto(f"{demo.portal}/clerk?lang={language}")
    fill(page, "clerk-password", CLERK_PASSWORD)
    press(page, "clerk-enter")


def wallet_address(page: Page) -> str:
    """What the QR code on the portal's page says, as text."""
    press_summary(page, "code-address")
    return text_of(page, "wallet-address").strip()


def press_summary(page: Page, fold: str) -> None:
    """Open what is folded away."""
    page.get_by_test_id(fold).locator("summary").click()


# --- signing in ------------------------------------------------------------------------------------------
def give_password(page: Page, citizen: Citizen) -> None:
    fill(page, "sign-in-number", citizen.number)
    fill(page, "sign-in-password", citizen.password)
    press(page, "sign-in-submit")


def give_second_factor(page: Page, citizen: Citizen) -> None:
    fill(page, "second-factor-passcode", citizen.passcode)
    press(page, "second-factor-submit")
    if citizen == DUNG:  # he may act for a company, and is asked each time
        choose_acting(page, "self")


def choose_acting(page: Page, key: str) -> None:
    """As herself, or for the organisation of this number."""
    page.get_by_test_id("act-as-self" if key == "self" else f"act-for-{key}").check()
    press(page, "acting-submit")


def sign_in(page: Page, citizen: Citizen) -> None:
    """Password and passcode, as a procedure of level 2 asks."""
    give_password(page, citizen)
    give_second_factor(page, citizen)


def approve_sharing(page: Page) -> None:
    """The provider's consent: what of her the portal may read."""
    press(page, "consent-approve")


def share_where_asked(page: Page, then: str) -> None:
    """Consent is remembered: who gave it before comes to `then` at once."""
    expect(page.get_by_test_id("consent-approve").or_(page.get_by_test_id(then)).first).to_be_visible()
    if page.get_by_test_id("consent-approve").is_visible():
        approve_sharing(page)
    see(page, then)


def sign_out(page: Page) -> None:
    press(page, "sign-out")
    see(page, "signed-out")


# --- the wallet ------------------------------------------------------------------------------------------
def open_wallet(page: Page, demo: Demo, citizen: Citizen, language: str = "vi") -> None:
    """Signed out before; ends on the list of her documents."""
    page.goto(f"{demo.issuer}/wallet?lang={language}")
    give_password(page, citizen)
    unlock(page, citizen)


def unlock(page: Page, citizen: Citizen) -> None:
    fill(page, "unlock-passcode", citizen.passcode)
    press(page, "unlock-submit")


def hand_over(page: Page, citizen: Citizen) -> None:
    """The wallet's consent: the passcode, then yes."""
    fill(page, "consent-passcode", citizen.passcode)
    press(page, "consent-approve")


def download_document(page: Page, document_type: str) -> str:
    """The file she saves from her wallet, as text."""
    press(page, f"document-{document_type}-open")
    with page.expect_download() as download:
        press(page, "document-download")
    return download.value.path().read_text(encoding="utf-8")


def papers_replaced(page: Page) -> tuple[int, int]:
    """The receipt's "n of m"."""
    found = re.findall(r"\d+", text_of(page, "papers-replaced"))
    return int(found[0]), int(found[1])
