"""Pressing the buttons of real pages over HTTP, at a moment that the test chooses."""

from dataclasses import dataclass
from threading import Barrier
from urllib.parse import urljoin

import httpx
from bs4 import BeautifulSoup, Tag


@dataclass(frozen=True)
class Press:
    """A button that a visitor has before them: pressing it is one POST."""

    client: httpx.Client
    url: str
    fields: dict[str, str]

    def __call__(self, barrier: Barrier) -> httpx.Response:
        """With all others who wait at the barrier; redirects are followed."""
        barrier.wait()
        return self.client.post(self.url, data=self.fields, follow_redirects=True, timeout=120)

    def once(self) -> httpx.Response:
        """Now, and no more than this one request: a redirect says that it was done."""
        return self.client.post(self.url, data=self.fields, follow_redirects=False, timeout=120)


def find_button(client: httpx.Client, url: str, words: str) -> Press:
    """Open a page and find the button with these words, with everything its form sends along."""
    opened = client.get(url, follow_redirects=True, timeout=60)
    assert opened.status_code == 200, f"{url}: {opened.status_code}"
    button = next(
        (b for b in BeautifulSoup(opened.text, "html.parser")("button") if " ".join(b.get_text().split()) == words),
        None,
    )
    assert isinstance(button, Tag), f"{url} has no button {words!r}"
    form = button.find_parent("form")
    assert form is not None
    fields = {str(field["name"]): str(field.get("value", "")) for field in form("input", type="hidden")}
    if button.get("name"):
        fields[str(button["name"])] = str(button.get("value", ""))
    return Press(client, urljoin(str(opened.url), str(form["action"])), fields)
