"""Every macro of both apps in a real browser, under the strict Content-Security-Policy."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

PAGES = [("idp", "/gallery"), ("demo_client", "/gallery"), ("idp", "/"), ("idp", "/error"), ("demo_client", "/error")]


@pytest.fixture(scope="module")
def address(gallery_of: Callable[[str], Flask]) -> Iterator[dict[str, str]]:
    servers = {name: make_server("127.0.0.1", 0, gallery_of(name), threaded=True) for name in ("idp", "demo_client")}
    for server in servers.values():
        threading.Thread(target=server.serve_forever, daemon=True).start()
    yield {name: f"http://127.0.0.1:{server.server_port}" for name, server in servers.items()}
    for server in servers.values():
        server.shutdown()
        server.server_close()


@pytest.fixture
def open_page(browser: Browser, address: dict[str, str]) -> Iterator[Callable[..., Page]]:
    """Open a page; the console must stay silent (a blocked style, script or icon speaks there)."""
    contexts = []
    complaints: list[str] = []

    def open_it(app: str, path: str, width: int = 360, scheme: Any = "light", **options: Any) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 800}, color_scheme=scheme, bypass_csp=False, **options
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.goto(address[app] + path)
        return page

    yield open_it
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize(("app", "path"), PAGES)
def test_pages_render_in_both_languages(gallery_of: Callable[[str], Flask], app: str, path: str, lang: str) -> None:
    """A page names its language, bears the mark and leads to itself in the other language."""
    text = gallery_of(app).test_client().get(f"{path}?lang={lang}&who=1").get_data(as_text=True)
    assert f'<html lang="{lang}">' in text
    assert "MÔ PHỎNG / MOCK" in text
    assert f'href="{path}?lang={"en" if lang == "vi" else "vi"}"' in text
    assert 'data-testid="sign-out"' in text


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("app", "path"), PAGES)
def test_axe_finds_nothing_serious(
    open_page: Callable[..., Page], axe_source: str, app: str, path: str, scheme: str
) -> None:
    """Keyboard and screen-reader users can use every macro, in both themes."""
    page = open_page(app, f"{path}?who=1", scheme=scheme)
    found = page.evaluate(axe_source + "; axe.run()")
    serious = [
        {"rule": each["id"], "where": [(node["html"], node["failureSummary"]) for node in each["nodes"]]}
        for each in found["violations"]
        if each["impact"] in ("serious", "critical")
    ]
    assert serious == [], json.dumps(serious, indent=1, ensure_ascii=False)


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 360, 768, 1280])
@pytest.mark.parametrize(("app", "path"), PAGES)
def test_nothing_is_wider_than_the_screen(open_page: Callable[..., Page], app: str, path: str, width: int) -> None:
    """No page scrolls sideways, from the smallest phone to the desktop (WCAG 2.2, 1.4.10)."""
    page = open_page(app, f"{path}?who=1", width=width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.browser
def test_the_fonts_are_our_own(open_page: Callable[..., Page]) -> None:
    """Vietnamese letters and figures are drawn with the fonts the app serves."""
    page = open_page("idp", "/gallery")
    loaded = page.evaluate(
        "document.fonts.ready.then(() => [...document.fonts].filter(f => f.status === 'loaded').map(f => f.family))"
    )
    assert {family.strip('"') for family in loaded} == {"Be Vietnam Pro", "Be Vietnam Pro Figures"}


@pytest.mark.browser
def test_figures_are_tabular(open_page: Callable[..., Page]) -> None:
    """Every digit is as wide as every other where numbers stand in columns."""
    page = open_page("idp", "/gallery")
    widths = page.evaluate(
        """document.fonts.ready.then(() => {
          const pen = document.createElement("canvas").getContext("2d");
          pen.font = '100px "Be Vietnam Pro Figures"';
          return [..."0123456789"].map((digit) => pen.measureText(digit).width);
        })"""
    )
    assert len(set(widths)) == 1


@pytest.mark.browser
def test_the_primary_button_is_within_reach_on_a_phone(open_page: Callable[..., Page]) -> None:
    """While a long form is read on a phone, its primary button stays at the bottom of the screen."""
    page = open_page("idp", "/gallery")
    box = page.get_by_test_id("consent-approve").bounding_box()
    assert box is not None
    assert 500 < box["y"] < 800 - box["height"]
    assert box["height"] >= 44


@pytest.mark.browser
def test_a_button_that_needs_the_passcode_waits_beside_it(open_page: Callable[..., Page]) -> None:
    """Where a passcode is asked for, the button comes after it and never before the page was read."""
    page = open_page("idp", "/gallery")
    passcode, button = (page.get_by_test_id(name).bounding_box() for name in ("passcode", "unlock-submit"))
    assert passcode is not None
    assert button is not None
    assert button["y"] > passcode["y"] + passcode["height"]
    assert button["y"] > 800


@pytest.mark.browser
def test_what_has_the_focus_is_not_hidden_by_the_button(open_page: Callable[..., Page]) -> None:
    """A field reached by keyboard is scrolled clear of the buttons kept at the bottom (WCAG 2.2, 2.4.11)."""
    page = open_page("idp", "/gallery")
    page.get_by_test_id("sign-in-number").focus()
    for _ in range(4):
        page.keyboard.press("Tab")
    field = page.evaluate("document.activeElement.getBoundingClientRect().bottom")
    assert page.evaluate("document.activeElement.name") == "doc"
    assert field <= page.get_by_test_id("consent-approve").evaluate("e => e.getBoundingClientRect().top")


@pytest.mark.browser
def test_a_masked_number_is_shown_when_asked_for(open_page: Callable[..., Page]) -> None:
    """The full number is hidden until its holder asks, and no script is needed for that."""
    page = open_page("idp", "/gallery", java_script_enabled=False)
    masked = page.get_by_test_id("masked")
    assert not masked.get_by_text("065 199 000 123").is_visible()
    masked.locator("summary").click()
    assert masked.get_by_text("065 199 000 123").is_visible()
    assert not masked.get_by_text("•••").is_visible()


@pytest.mark.browser
def test_a_form_is_sent_once(open_page: Callable[..., Page]) -> None:
    """A second press while the answer is on its way sends nothing, and the button's own value is still sent."""
    page = open_page("idp", "/gallery")
    sent = page.evaluate(
        """() => {
          const form = document.querySelector("form[method=post]:not(.sign-out)");
          const sent = [];
          form.noValidate = true;
          document.addEventListener("submit", (event) => {
            if (!event.defaultPrevented) sent.push(new FormData(form, event.submitter).get("decision"));
            event.preventDefault();
          });
          const button = form.querySelector("[data-testid=consent-deny]");
          button.click();
          button.click();
          return [sent, button.getAttribute("aria-disabled")];
        }"""
    )
    assert sent == [["deny"], "true"]


@pytest.mark.browser
def test_copying_is_offered_where_scripts_run(open_page: Callable[..., Page]) -> None:
    """The copy button puts the value on the clipboard and says so; without scripts only the value is there."""
    page = open_page("idp", "/gallery", permissions=["clipboard-read", "clipboard-write"])
    button = page.locator("[data-copy-button]")
    button.click()
    page.get_by_text("Đã sao chép", exact=True).wait_for()
    assert page.evaluate("navigator.clipboard.readText()").endswith("/.well-known/openid-configuration")
    plain = open_page("idp", "/gallery", java_script_enabled=False)
    assert not plain.locator("[data-copy-button]").is_visible()


@pytest.mark.browser
def test_on_paper_the_mark_stays_and_the_chrome_goes(open_page: Callable[..., Page]) -> None:
    """A printout bears MÔ PHỎNG / MOCK and has no buttons, navigation or language switch."""
    page = open_page("demo_client", "/gallery?who=1", width=800)
    page.emulate_media(media="print")
    assert page.locator(".ribbon").is_visible()
    assert page.locator(".document-mark").first.is_visible()
    for gone in ("[data-testid=switch-language]", ".site-nav", ".button-primary", ".skip-link"):
        assert not page.locator(gone).first.is_visible()
