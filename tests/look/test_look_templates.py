"""What holds for every template of both apps, whoever wrote it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from idp.i18n import Catalogue

ROOT = Path(__file__).parent.parent.parent
APPS = ("idp", "demo_client")
TEMPLATES = [file for app in APPS for file in sorted((ROOT / app / "templates").rglob("*.html"))]
NAMES = [str(file.relative_to(ROOT)) for file in TEMPLATES]
PAGE_CLASS = re.compile(r"{% block (?:page_class|phone_data) %}.*?{% endblock %}")
JINJA = re.compile(r"{#.*?#}|{%.*?%}|{{.*?}}", re.DOTALL)


def app_of(file: Path) -> str:
    return file.relative_to(ROOT).parts[0]


@pytest.mark.parametrize("file", TEMPLATES, ids=NAMES)
def test_no_script_or_style_inside_a_page(file: Path) -> None:
    """The Content-Security-Policy forbids inline scripts, styles and handlers, so no template has any."""
    text = file.read_text(encoding="utf-8")
    scripts = [tag for tag in re.findall(r"<script[^>]*>", text) if "src=" not in tag]
    assert scripts == []
    assert re.findall(r"<style|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:", text) == []


@pytest.mark.parametrize("file", TEMPLATES, ids=NAMES)
def test_nothing_is_loaded_from_elsewhere(file: Path) -> None:
    """Fonts, scripts, styles and pictures come from the app itself."""
    text = file.read_text(encoding="utf-8")
    assert re.findall(r"<(?:script|link|img|iframe|use)[^>]*(?:src|href)=[\"'](?:https?:)?//[^>]*>", text) == []


@pytest.mark.parametrize("file", TEMPLATES, ids=NAMES)
def test_every_word_comes_from_a_catalogue(file: Path) -> None:
    """A template holds no words of its own, so that no page is left in one language."""
    text = JINJA.sub(" ", PAGE_CLASS.sub("", file.read_text(encoding="utf-8")))
    words = re.sub(r"<[^>]*>", " ", re.sub(r"<!doctype html>", "", text))
    assert re.findall(r"[^\W\d_]{2,}", re.sub(r"&\w+;", "", words)) == []


@pytest.mark.parametrize("file", TEMPLATES, ids=NAMES)
def test_every_message_named_in_a_template_exists(file: Path) -> None:
    """A key written out in a template is in the catalogues of its app."""
    known = Catalogue.load(ROOT / app_of(file) / "translations").messages
    named = re.findall(r"\bt\(\s*[\"']([\w.-]+)[\"']\s*[,)]", file.read_text(encoding="utf-8"))
    assert [key for key in named if key not in known] == []


@pytest.mark.parametrize("file", TEMPLATES, ids=NAMES)
def test_every_form_that_posts_has_the_csrf_input(file: Path) -> None:
    """A form that changes anything carries the session's token; one that takes an answer to a client does not."""
    if file.name == "form_post.html":  # Form Post Response Mode 2: nothing in it but the answer's parameters
        return
    forms = re.findall(r"<form\b.*?</form>", file.read_text(encoding="utf-8"), re.DOTALL)
    unprotected = [form for form in forms if 'method="post"' in form.lower() and "csrf" not in form]
    assert unprotected == []


@pytest.mark.parametrize("file", TEMPLATES, ids=NAMES)
def test_test_ids_are_kebab_case(file: Path) -> None:
    """data-testid values are stable words in kebab-case (a macro's or loop's own part aside)."""
    text = file.read_text(encoding="utf-8")
    values = re.findall(r"data-testid=\"([^\"]*)\"", JINJA.sub("x", text))
    values += re.findall(r"[( ]testid=\"([^\"]+)\"", text)
    assert [value for value in values if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*-?", value)] == []


@pytest.mark.parametrize("app", APPS)
def test_every_page_bears_the_mark(app: str) -> None:
    """The base of every page says MÔ PHỎNG / MOCK in both languages."""
    messages = Catalogue.load(ROOT / app / "translations")
    assert '{{ t("common.mock.mark") }}' in (ROOT / app / "templates/base.html").read_text(encoding="utf-8")
    assert {messages.text("common.mock.mark", lang) for lang in ("vi", "en")} == {"MÔ PHỎNG / MOCK"}


@pytest.mark.parametrize("app", APPS)
def test_every_page_extends_the_base(app: str) -> None:
    """No page stands alone: each inherits the base with its mark, language switch and skip link."""
    texts = {
        file.name: file.read_text(encoding="utf-8")
        for file in TEMPLATES
        if app_of(file) == app and file.name != "base.html" and not file.name.startswith("_")  # parts of pages
    }
    pages = {name: text for name, text in texts.items() if "{% macro" not in text}
    assert "error.html" in pages
    assert [name for name, text in pages.items() if "{% extends" not in text] == []
