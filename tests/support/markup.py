"""What must hold of every page, whatever it is about."""

import re
from collections import Counter
from collections.abc import Iterator

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString

# Controls that carry their own words, or none that anybody sees.
_UNLABELLED_TYPES = {"hidden", "submit", "button", "image", "reset"}
_REFERENCES = ("aria-labelledby", "aria-describedby", "aria-controls", "aria-owns", "headers")
# Inline blocks that a browser does not run.
_INERT_SCRIPTS = {"application/json", "application/ld+json"}

# Identifiers, CSRF tokens, and the tokens of mailed links.
_CODES = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\b[0-9a-f]{32,}\b|[A-Za-z0-9_.-]{40,}")

_BLOCKS = {"br", "dd", "div", "dt", "h1", "h2", "h3", "h4", "legend", "li", "ol", "option", "p", "td", "th", "tr", "ul"}


def parse(html: str) -> BeautifulSoup:
    return BeautifulSoup(html, "html.parser")


def words(element: Tag | None) -> str:
    """The text of an element as somebody reads it: single spaces, and one where a block begins."""
    if element is None:
        return ""
    parts: list[str] = []
    for node in element.descendants:
        if isinstance(node, Tag):
            parts.append(" " if node.name in _BLOCKS else "")
        elif type(node) is NavigableString:  # comments are of a class below it
            parts.append(node)
    return re.sub(r"\s+", " ", "".join(parts)).strip()


def without_codes(text: str) -> str:
    """The same, with every identifier and token as an ellipsis."""
    return _CODES.sub("…", text)


def attribute(element: Tag, name: str) -> str:
    """An attribute as text; empty where there is none."""
    value = element.get(name)
    return " ".join(value) if isinstance(value, list) else (value or "")


def check_page(html: str, url: str) -> BeautifulSoup:
    """Check a whole page and return it parsed; fails with everything that is wrong with it at once."""
    soup = parse(html)
    wrong = [*_heading(soup), *_ids(soup), *_controls(soup), *_forms(soup), *_links(soup), *_inline(soup)]
    assert not wrong, f"{url} is not a page we would show:\n  " + "\n  ".join(wrong)
    return soup


def _heading(soup: BeautifulSoup) -> Iterator[str]:
    headings = soup.find_all("h1")
    if len(headings) != 1:
        yield f"has {len(headings)} <h1>, not one"
    root = soup.find("html")
    if root is None or not attribute(root, "lang"):
        yield "says no language: <html lang>"
    title = words(soup.find("title"))
    heading = words(headings[0]) if headings else ""
    if not heading:
        yield "has an empty <h1>"
    elif not title.removeprefix("Fout: ").startswith(heading):
        yield f"the title {title!r} does not start with the heading {heading!r}"
    if len(soup.find_all("main")) != 1:
        yield f"has {len(soup.find_all('main'))} <main>, not one"


def _ids(soup: BeautifulSoup) -> Iterator[str]:
    ids = Counter(attribute(element, "id") for element in soup.find_all(id=True))
    yield from (f"the id {name!r} occurs {times} times" for name, times in ids.items() if times > 1)
    for name in _REFERENCES:
        for element in soup.select(f"[{name}]"):
            missing = [target for target in attribute(element, name).split() if target not in ids]
            if missing:
                yield f"{name} of {_shown(element)} names what is not there: {missing}"


def _controls(soup: BeautifulSoup) -> Iterator[str]:
    labelled = {attribute(label, "for") for label in soup.find_all("label") if words(label)}
    for control in soup.find_all(["input", "select", "textarea"]):
        if control.name == "input" and attribute(control, "type") in _UNLABELLED_TYPES:
            continue
        wrapped = control.find_parent("label")
        named = attribute(control, "aria-label").strip() or attribute(control, "aria-labelledby")
        if not (attribute(control, "id") in labelled or (wrapped and words(wrapped)) or named):
            yield f"{_shown(control)} has no label"
        if attribute(control, "type") == "radio":
            group = control.find_parent("fieldset")
            if group is None or not words(group.find("legend")):
                yield f"{_shown(control)} is in no fieldset with a legend"
    for button in soup.find_all("button"):
        if not (words(button) or attribute(button, "aria-label") or attribute(button, "aria-labelledby")):
            yield f"{_shown(button)} says nothing"
    for picture in soup.find_all("img"):
        if picture.get("alt") is None:
            yield f"{_shown(picture)} has no alt"


def _forms(soup: BeautifulSoup) -> Iterator[str]:
    for form in soup.find_all("form"):
        method = attribute(form, "method").lower()
        if method not in {"get", "post"}:
            yield f"{_shown(form)} has no method"
        if not attribute(form, "action"):
            yield f"{_shown(form)} has no action"
        if method == "post" and not attribute(form.find("input", {"name": "_csrf_token"}) or form, "value"):
            yield f"{_shown(form)} posts without the hidden _csrf_token"
        if form.find_parent("form"):
            yield f"{_shown(form)} stands in another form"


def _links(soup: BeautifulSoup) -> Iterator[str]:
    ids = {attribute(element, "id") for element in soup.find_all(id=True)}
    for link in soup.find_all("a"):
        target = attribute(link, "href")
        if target == "#" or target.startswith("javascript:"):
            yield f"{_shown(link)} goes nowhere"
        elif target.startswith("#") and target[1:] not in ids:
            yield f"{_shown(link)} points at what is not on the page"
        named = words(link) or attribute(link, "aria-label") or link.find("img", alt=True)
        if target and not named:
            yield f"{_shown(link)} says nothing"


def _inline(soup: BeautifulSoup) -> Iterator[str]:
    """What the content security policy would not let through."""
    yield from (f"{_shown(style)} is inline" for style in soup.find_all("style"))
    for script in soup.find_all("script"):
        if not attribute(script, "src") and attribute(script, "type") not in _INERT_SCRIPTS:
            yield f"{_shown(script)} is inline"
    for element in soup.find_all(True):
        for name in element.attrs:
            if name == "style" or name.startswith("on"):
                yield f"{_shown(element)} has an inline {name}"


def _shown(element: Tag) -> str:
    """The opening tag alone, to find it by."""
    tag = str(element).split(">", 1)[0] + ">"
    return tag if len(tag) <= 160 else tag[:157] + "…>"
