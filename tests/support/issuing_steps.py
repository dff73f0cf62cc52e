"""What an issuer's officer does on her pages, and what she types: content made up from the type's own schema."""

from __future__ import annotations

from collections.abc import Iterator

from journey import fill, press, see, text_of
from live import Demo
from playwright.sync_api import Page

from idp.accounts.officers.roles import Action, allowed, office
from idp.documents import sample
from idp.documents.document_types import DocumentType
from idp.seed import officers
from idp.type_files import heads

NOT_OVER = "2036-12-31"
CONTROLS = "form [data-testid]:is(input, select, textarea)"


def by_officer() -> dict[str, list[str]]:
    """Each officer's login, with the types that are left to her: every type of the catalogue has one."""
    found: dict[str, list[str]] = {}
    issuing = [one for one in officers.load() if Action.ISSUE_DOCUMENTS in allowed(one.role, one.office)]
    for head in heads().values():
        logins = [one.login for one in issuing if office(one.office).issuer in head.issued_by]
        assert logins, f"no officer issues {head.id}"
        found.setdefault(logins[0], []).append(head.id)
    return found


def sign_in_officer(desk: Page, demo: Demo, login: str) -> None:
    """Two factors; whoever was signed in before in this browser is so no more."""
    desk.context.clear_cookies()
    desk.goto(f"{demo.issuer}/officer/sign-in")
    fill(desk, "officer-login", login)
    fill(desk, "officer-password", "CanBo-MoPhong-2026")
    fill(desk, "officer-code", text_of(desk, f"code-{login}"))
    press(desk, "officer-submit")
    see(desk, "officer-name")


def open_person(desk: Page, demo: Demo, number: str, purpose: str) -> str:
    """The address of the look-up."""
    desk.goto(f"{demo.issuer}/officer/issuing")
    fill(desk, "desk-number", number)
    desk.get_by_test_id("desk-purpose").select_option(purpose)
    fill(desk, "desk-case", "21/2026/CAP")
    press(desk, "desk-submit")
    see(desk, "person-name")
    return desk.url


def issue_by_form(desk: Page, kind: DocumentType) -> None:
    """From the person's page and back to it."""
    press(desk, f"issue-{kind.id}")
    see(desk, "issue-title")
    fill_in(desk, kind)
    press(desk, "issue-submit")
    see(desk, "act-done")


def fill_in(desk: Page, kind: DocumentType) -> None:
    """What the register knows has no field."""
    said = dict(typed(sample.content(kind, {})))
    end = kind.claim((kind.expiry_claim,)) if kind.expiry_claim else None
    if end is not None and end.example is None:
        said[end.name] = NOT_OVER
    controls = desk.locator(CONTROLS).evaluate_all("all => all.map(one => [one.name, one.tagName])")
    for name, tag in controls:
        if name in said and tag == "SELECT":
            desk.get_by_test_id(name).select_option(said[name])
        elif name in said:
            desk.get_by_test_id(name).fill(said[name])


def typed(value: object, name: str = "") -> Iterator[tuple[str, str]]:
    """Content as the fields of the form have it."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from typed(inner, f"{name}.{key}" if name else key)
    elif isinstance(value, list) and all(isinstance(one, dict) for one in value):
        for index, one in enumerate(value):
            yield from typed(one, f"{name}[{index}]")
    elif isinstance(value, list):
        yield name, "\n".join(map(str, value))
    else:
        text = str(value).lower() if isinstance(value, bool) else str(value)
        yield name, text.removesuffix(":00+07:00")
