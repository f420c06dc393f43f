"""A browser without JavaScript: it loads pages, checks each of them, fills in their forms and follows their links."""

from collections.abc import Mapping
from typing import Any, Self
from urllib.parse import urldefrag, urljoin, urlsplit

import httpx
from bs4 import BeautifulSoup, Tag

from tests.support.markup import attribute, check_page, without_codes, words

BASE_URL = "https://testserver.local"  # https, so that __Host- cookies are kept as in a browser
FieldValue = str | int | bool | list[str]

_MOST_REDIRECTS = 5


class Page:
    """One visitor with one tab. Every method that loads something returns the page itself, now showing that.

    ``page.get("/vragen").follow("Hulp bij boodschappen").submit("Ik help", toelichting="graag").heading``
    """

    def __init__(self, transport: httpx.BaseTransport, *, base_url: str = BASE_URL) -> None:
        self._transport = transport
        self._client = httpx.Client(transport=transport, base_url=base_url, follow_redirects=False)
        self.url = "/"
        self.redirects: list[str] = []
        self.response: httpx.Response | None = None
        self._soup: BeautifulSoup | None = None

    def another(self) -> "Page":
        """Somebody else, with cookies of their own, on the same site."""
        return Page(self._transport, base_url=str(self._client.base_url))

    # --- what is shown -------------------------------------------------------------------------------------------

    @property
    def cookies(self) -> httpx.Cookies:
        return self._client.cookies

    @property
    def csrf_token(self) -> str:
        """What the site gave this visitor to prove that a form came from its own page; empty before the first page."""
        return next((cookie.value or "" for cookie in self.cookies.jar if cookie.name.endswith("csrf")), "")

    @property
    def status(self) -> int:
        assert self.response is not None, "nothing was loaded yet"
        return self.response.status_code

    @property
    def soup(self) -> BeautifulSoup:
        assert self._soup is not None, f"{self.url} did not answer with a page"
        return self._soup

    @property
    def heading(self) -> str:
        return words(self.soup.find("h1"))

    @property
    def title(self) -> str:
        return words(self.soup.find("title"))

    @property
    def text(self) -> str:
        """Everything there is to read in the main part of the page."""
        return words(self.soup.find("main"))

    @property
    def source(self) -> str:
        """All that was sent, as written, without the codes in it: any short number stands in those by chance."""
        assert self.response is not None, "nothing was loaded yet"
        return without_codes(self.response.text)

    @property
    def flash(self) -> str:
        """What the page says about what was just done; empty where it says nothing."""
        return words(self.soup.select_one(".flash"))

    def errors(self) -> list[str]:
        """The sentences of the error summary; checks that each that links, links to a field that is there."""
        for link in self.soup.select(".error-summary li a"):
            target = attribute(link, "href").removeprefix("#")
            field = self.soup.find(id=target)
            assert field is not None, f"the error {words(link)!r} points at no field"
            assert field.name in {"input", "select", "textarea", "fieldset"}, f"#{target} is no field"
        return [words(item) for item in self.soup.select(".error-summary li")]

    def values(self, button: str | None = None) -> dict[str, list[str]]:
        """What the form would send as it stands, hidden fields included, by the name of the field."""
        form, _ = self._form(button)
        found: dict[str, list[str]] = {}
        for name, value in _controls_of(form, self.soup):
            found.setdefault(name, []).append(value)
        return found

    def links(self) -> dict[str, str]:
        """Where the links of the main part go, by their words."""
        main = self.soup.find("main")
        assert main is not None
        return {words(link): attribute(link, "href") for link in main.find_all("a", href=True)}

    # --- what somebody does --------------------------------------------------------------------------------------

    def get(self, url: str, *, expect: int = 200) -> Self:
        """Load an address, through redirects, and check that it answers with the status expected."""
        return self._load("GET", url, expect=expect)

    def post(self, url: str, form: Mapping[str, Any] | None = None, *, expect: int = 200) -> Self:
        """Post what no form on the page would: for tests that break in. Sends the visitor's own CSRF token along."""
        return self._load("POST", url, form={"_csrf_token": self.csrf_token, **(form or {})}, expect=expect)

    def send(self, method: str, url: str, form: Mapping[str, Any] | None = None) -> httpx.Response:
        """The bare answer to one request, with the visitor's cookies; not followed, not checked, not shown."""
        content = {"_csrf_token": self.csrf_token, **(form or {})} if method != "GET" else None
        headers = {"X-CSRFToken": self.csrf_token} if self.csrf_token else {}
        return self._client.request(method, url, data=content, headers=headers)

    def follow(self, link: str, *, expect: int = 200) -> Self:
        """Follow the link with these words, or the one whose words contain them."""
        found = self.soup.find_all("a", href=True)
        exact = [a for a in found if words(a) == link or attribute(a, "aria-label") == link]
        near = exact or [a for a in found if link in words(a)]
        targets = {attribute(a, "href") for a in near}
        assert len(targets) == 1, f"{self.url} has {len(targets)} links {link!r}: {[words(a) for a in found]}"
        return self.get(targets.pop(), expect=expect)

    def submit(
        self,
        button: str | None = None,
        fields: Mapping[str, FieldValue] | None = None,
        *,
        expect: int = 200,
        **more: Any,
    ) -> Self:
        """Fill in the form that has this button, press it, and load what follows, redirects included.

        Without a button the page must have one form in its main part. A value is text; True or False for a single
        tick box; a list for several ticks or a multiple choice. A field that isn't there, or a choice that isn't
        offered, fails: a browser could not have sent it.
        """
        form, pressed = self._form(button)
        for name, value in {**(fields or {}), **more}.items():
            _fill(form, self.soup, name, value, where=self.url)
        content: dict[str, list[str]] = {}
        for name, sent in _controls_of(form, self.soup):
            content.setdefault(name, []).append(sent)
        if pressed is not None and attribute(pressed, "name"):
            content.setdefault(attribute(pressed, "name"), []).append(attribute(pressed, "value"))
        source = pressed if pressed is not None and pressed.get("formaction") else None
        action = attribute(source, "formaction") if source is not None else attribute(form, "action")
        if attribute(form, "method").lower() == "get":
            query = str(httpx.QueryParams(content))
            return self._load("GET", f"{urldefrag(action).url.split('?')[0]}?{query}", expect=expect)
        return self._load("POST", action, form=content, expect=expect)

    # --- how ------------------------------------------------------------------------------------------------------

    def _load(self, method: str, url: str, *, form: Mapping[str, Any] | None = None, expect: int) -> Self:
        target = urldefrag(urljoin(str(self._client.base_url.join(self.url)), url)).url
        # What a browser says of itself; a POST without it would look like one from another site.
        headers = {"Accept": "text/html,*/*;q=0.8", "Referer": str(self._client.base_url.join(self.url))}
        if method == "POST":
            headers["Origin"] = str(self._client.base_url).rstrip("/")
        response = self._client.request(method, target, data=form, headers=headers)
        self.redirects = []
        while response.is_redirect:
            target = urljoin(target, response.headers["location"])
            assert urlsplit(target).netloc == urlsplit(str(self._client.base_url)).netloc, f"sent away to {target}"
            self.redirects.append(target)
            assert len(self.redirects) <= _MOST_REDIRECTS, f"redirected in a circle: {self.redirects}"
            response = self._client.get(urldefrag(target).url, headers={"Accept": headers["Accept"]})
        self.response, self._soup = response, None
        self.url = str(response.url)
        is_page = response.headers.get("content-type", "").startswith("text/html")
        assert response.status_code == expect, (
            f"{method} {self.url} answered {response.status_code}, not {expect}: {_gist(response, is_page)}"
        )
        if is_page and response.content and response.status_code < 500:
            self._soup = check_page(response.text, self.url)
        return self

    def _form(self, button: str | None) -> tuple[Tag, Tag | None]:
        if button is None:
            main = self.soup.find("main")
            forms = main.find_all("form") if main is not None else []
            assert len(forms) == 1, f"{self.url} has {len(forms)} forms; say which button to press"
            return forms[0], None
        found = [b for b in self.soup.find_all(["button", "input"]) if _is_submit(b) and _says(b) == button]
        offered = [_says(b) for b in self.soup.find_all(["button", "input"]) if _is_submit(b)]
        assert len(found) == 1, f"{self.url} has {len(found)} buttons {button!r}; it has {offered}"
        form = self.soup.find("form", id=attribute(found[0], "form")) if found[0].get("form") else None
        form = form or found[0].find_parent("form")
        assert form is not None, f"the button {button!r} on {self.url} is in no form"
        return form, found[0]


def _gist(response: httpx.Response, is_page: bool) -> str:
    """Enough of an answer to see what went wrong."""
    if is_page:
        return words(BeautifulSoup(response.text, "html.parser").find("body"))[:600]
    return response.text[:600]


def _is_submit(element: Tag) -> bool:
    return attribute(element, "type") in ({"submit", ""} if element.name == "button" else {"submit"})


def _says(button: Tag) -> str:
    return attribute(button, "aria-label") or words(button) or attribute(button, "value")


def _elements(form: Tag, soup: BeautifulSoup) -> list[Tag]:
    """The controls of a form: those in it, and those elsewhere that name it."""
    inside = [c for c in form.find_all(["input", "select", "textarea"]) if not c.get("form")]
    named = (
        soup.find_all(["input", "select", "textarea"], attrs={"form": attribute(form, "id")}) if form.get("id") else []
    )
    return [c for c in [*inside, *named] if attribute(c, "name") and c.get("disabled") is None]


def _controls_of(form: Tag, soup: BeautifulSoup) -> list[tuple[str, str]]:
    """The successful controls, as the HTML standard has them."""
    sent: list[tuple[str, str]] = []
    for control in _elements(form, soup):
        name, kind = attribute(control, "name"), attribute(control, "type")
        if control.name == "textarea":
            sent.append((name, control.get_text().removeprefix("\n")))
        elif control.name == "select":
            sent += [(name, value) for value in _chosen(control)]
        elif kind in {"checkbox", "radio"}:
            if control.get("checked") is not None:
                sent.append((name, attribute(control, "value") or "on"))
        elif kind not in {"submit", "button", "image", "reset", "file"}:
            sent.append((name, attribute(control, "value")))
    return sent


def _option_value(option: Tag) -> str:
    return attribute(option, "value") if option.get("value") is not None else words(option)


def _chosen(select: Tag) -> list[str]:
    options = select.find_all("option")
    chosen = [_option_value(option) for option in options if option.get("selected") is not None]
    if chosen or select.get("multiple") is not None:
        return chosen
    return [_option_value(options[0])] if options else []


def _fill(form: Tag, soup: BeautifulSoup, name: str, value: FieldValue, *, where: str) -> None:
    controls = [control for control in _elements(form, soup) if attribute(control, "name") == name]
    there = sorted({attribute(control, "name") for control in _elements(form, soup)})
    assert controls, f"the form on {where} has no field {name!r}; it has {there}"
    first = controls[0]
    if first.name == "select" or attribute(first, "type") in {"checkbox", "radio"}:
        _choose(controls, value, where=where)
    elif first.name == "textarea":
        first.string = str(value)
    else:
        assert len(controls) == 1 or attribute(first, "type") != "hidden", f"{name!r} on {where} is hidden"
        first["value"] = str(value)


def _choose(controls: list[Tag], value: FieldValue, *, where: str) -> None:
    """Tick, or select, exactly the choices named."""
    first = controls[0]
    name = attribute(first, "name")
    if first.name == "select":
        choices, mark = {_option_value(option): option for option in first.find_all("option")}, "selected"
    else:
        choices, mark = {attribute(control, "value") or "on": control for control in controls}, "checked"
    if isinstance(value, bool):
        assert len(choices) == 1, f"{name!r} on {where} has several choices: {sorted(choices)}"
        wanted = set(choices) if value else set()
    else:
        wanted = {str(one) for one in value} if isinstance(value, list) else {str(value)}
    assert wanted <= set(choices), f"{name!r} on {where} offers {sorted(choices)}, not {sorted(wanted - set(choices))}"
    for offered, choice in choices.items():
        if offered in wanted:
            choice[mark] = ""
        else:
            choice.attrs.pop(mark, None)
