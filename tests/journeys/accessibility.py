"""Looks at a page as axe, as a narrow or zoomed screen and as a reader of large or light-on-dark type do."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

# From the installed package, as it came (MPL 2.0).
_PACKAGE = Path(str(files("axe_playwright_python")))
AXE = next(_PACKAGE.rglob("axe.min.js")).read_text(encoding="utf-8")
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# 320 pixels are also a 1280 screen at 400 %; 640 are that screen at 200 %.
WIDTHS = (320, 640)
HEIGHT = 740
_RUN = """(options) => axe.run(document, {
    ...options, resultTypes: ['violations'], selectors: false, iframes: false, preload: false,
})"""
_WIDER = """() => {
    const limit = window.innerWidth;
    if (document.documentElement.scrollWidth <= limit) return '';
    const wide = [...document.body.querySelectorAll('*')].filter((one) => one.getBoundingClientRect().right > limit + 1);
    return wide.slice(0, 4).map((one) => one.tagName + '.' + one.className).join(' ') || 'page';
}"""


def axe_says(page: Page, **only: Any) -> list[str]:
    """Return each rule of axe that the page breaks, with the first places."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    found = page.evaluate(_RUN, {"runOnly": only})["violations"]
    return [f"{one['id']}: {[node['html'][:160] for node in one['nodes'][:3]]}" for one in found]


def too_wide(page: Page) -> list[str]:
    """Return the widths at which the page must be scrolled sideways, in usual and in large type."""
    size, found = page.viewport_size, []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        for kind in ("normal", "large"):
            page.evaluate("(kind) => document.documentElement.setAttribute('data-type', kind)", kind)
            if wide := page.evaluate(_WIDER):
                found.append(f"wider than {width} in {kind} type: {wide}")
    page.evaluate("() => document.documentElement.removeAttribute('data-type')")
    if size:
        page.set_viewport_size(size)
    return found


def problems_of(page: Page) -> list[str]:
    """Return what keeps somebody from using the page as it stands."""
    found = axe_says(page, type="tag", values=LEVELS)
    page.emulate_media(color_scheme="dark")
    found += [f"dark: {one}" for one in axe_says(page, type="rule", values=["color-contrast"])]
    page.emulate_media(color_scheme="light")
    return found + too_wide(page)
