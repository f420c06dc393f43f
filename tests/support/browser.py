"""A real Chromium, and what must hold of a page in it: accessible, within the screen, silent in the console."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from weakref import WeakSet

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, ViewportSize, sync_playwright

ROOT: Final = Path(__file__).resolve().parents[2]
AXE: Final = ROOT / "tests" / "vendor" / "axe.min.js"
RULES: Final = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
TELEPHONE: Final[ViewportSize] = {"width": 360, "height": 740}
DESK: Final[ViewportSize] = {"width": 1280, "height": 900}
NARROWEST_PX: Final = 320  # WCAG 1.4.10, reflow

# It visits our own pages only, as root in a container, and must not go looking for updates.
_ARGUMENTS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def chromium_path() -> str:
    """Where the browser is; installs it where that is allowed, and else fails saying what to install."""
    found = subprocess.run([ROOT / ".ci" / "chromium"], capture_output=True, text=True, check=False)
    if found.returncode != 0:
        raise RuntimeError(f"There is no browser to test in:\n{found.stderr}")
    return found.stdout.strip()


_running: list[Browser] = []


@contextmanager
def running_browser() -> Iterator[Browser]:
    """One headless Chromium; the one that runs already where there is one, since a process can drive only one."""
    if _running:
        yield _running[0]
        return
    path = os.environ.get("CHROMIUM") or chromium_path()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(_ARGUMENTS))
        _running.append(browser)
        try:
            yield browser
        finally:
            _running.clear()
            browser.close()


_without_javascript: "WeakSet[BrowserContext]" = WeakSet()


def new_context(browser: Browser, *, javascript: bool = True, viewport: ViewportSize = TELEPHONE) -> BrowserContext:
    """A visitor from Oosterhout with cookies of their own, on a telephone unless said otherwise."""
    context = browser.new_context(
        java_script_enabled=javascript,
        locale="nl-NL",
        timezone_id="Europe/Amsterdam",
        viewport=viewport,
        reduced_motion="reduce",
    )
    if not javascript:
        _without_javascript.add(context)
    return context


class Console:
    """What a tab complained about: errors in the console, exceptions nobody caught."""

    def __init__(self, tab: Page | None = None) -> None:
        self.errors: list[str] = []
        if tab is not None:
            self.listen(tab)

    def listen(self, tab: Page) -> None:
        tab.on("console", self._said)
        tab.on("pageerror", lambda error: self.errors.append(f"{tab.url}: {error}"))

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.errors.append(f"{message.location.get('url', '')}: {message.text}")

    def expect_errors(self, *, containing: str) -> None:
        """Forget complaints that a test caused on purpose, such as the 403 it asked for; there must be one."""
        expected = [error for error in self.errors if containing in error]
        assert expected, f"no console error contains {containing!r}: {self.errors}"
        self.errors = [error for error in self.errors if error not in expected]


def axe(tab: Page) -> list[dict[str, Any]]:
    """What axe finds wrong with the page as it stands, by the rules of WCAG 2.2 AA and good practice.

    Needs a tab with JavaScript. Evaluating the script passes our content security policy; a script tag would not.
    """
    if tab.context in _without_javascript:
        raise ValueError("axe cannot run where JavaScript is off: it would wait for ever")
    if not tab.evaluate("'axe' in window"):
        tab.evaluate(AXE.read_text(encoding="utf-8"))
    # What went well would cost as much to hand over as it cost to find.
    run = "async rules => (await axe.run(document, {runOnly: rules, resultTypes: ['violations']})).violations"
    violations: list[dict[str, Any]] = tab.evaluate(run, list(RULES))
    return violations


def assert_accessible(tab: Page) -> None:
    """Fails with each rule broken, and where."""
    broken = [
        f"{violation['id']} ({violation['impact']}): {violation['help']}\n      {node['html'][:200]}"
        for violation in axe(tab)
        for node in violation["nodes"]
    ]
    assert not broken, f"{tab.url} is not accessible:\n  " + "\n  ".join(broken)


def assert_fits(tab: Page, *, width: int = NARROWEST_PX) -> None:
    """The page as a whole does not scroll sideways, down to the narrowest screen."""
    before = tab.viewport_size or DESK
    tab.set_viewport_size({"width": width, "height": before["height"]})
    total = tab.evaluate("document.documentElement.scrollWidth")
    tab.set_viewport_size({"width": before["width"], "height": before["height"]})
    assert total <= width, f"{tab.url} is {total} px wide on a screen of {width} px"
