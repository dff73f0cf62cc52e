"""Somebody who has no mouse."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

#: What Tab must reach, in the order of the page. Of radio buttons of one name the browser stops at one.
NUMBER_ALL = """() => {
  const names = new Set(), kept = [];
  const wanted = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
  for (const one of document.querySelectorAll(wanted)) {
    if (one.disabled || !one.checkVisibility({ visibilityProperty: true })) continue;
    if (one.type === "radio" && one.name && names.has(one.name)) continue;
    if (one.type === "radio") names.add(one.name);
    kept.push(one);
  }
  kept.forEach((one, index) => { one.dataset.stop = index; });
  return kept.map(one => one.outerHTML.slice(0, 120));
}"""
#: Where the focus is: its number, whether it can be seen there, and whether anything covers it.
WHERE = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const group = one.type === "radio" ? document.querySelector(`input[name="${CSS.escape(one.name)}"]`) : one;
  const drawn = [one, one.closest("label")].filter(Boolean).map(each => getComputedStyle(each));
  const box = one.getBoundingClientRect();
  const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return {
    stop: Number(group.dataset.stop),
    shown: drawn.some(style => style.outlineStyle !== "none" || style.boxShadow !== "none"),
    covered: !(top && (one.contains(top) || top.contains(one) || one.closest("label")?.contains(top))),
  };
}"""


def walk(page: Page) -> tuple[list[str], list[dict[str, Any]]]:
    """Press Tab all the way round. Returns every control, and each stop once, from the page's first one on."""
    controls: list[str] = page.evaluate(NUMBER_ALL)
    stops: list[dict[str, Any]] = []
    for _ in range(3 * len(controls) + 20):  # a date has several stops within
        page.keyboard.press("Tab")
        stop = page.evaluate(WHERE)
        if stop is None or (stops and stops[-1]["stop"] == stop["stop"]):
            continue
        if stop["stop"] == 0 and stops and stops[0]["stop"] == 0:
            break
        stops = [stop] if stop["stop"] == 0 else [*stops, stop]
    return controls, stops


def tab_to(page: Page, control: str) -> None:
    """Press Tab until the focus is on the control with this data-testid."""
    wanted = page.get_by_test_id(control)
    wanted.wait_for()
    for _ in range(120):
        if wanted.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not reach {control}")


def type_into(page: Page, control: str, text: str) -> None:
    tab_to(page, control)
    page.keyboard.type(text)


def press_by_key(page: Page, control: str) -> None:
    tab_to(page, control)
    page.keyboard.press("Enter")
