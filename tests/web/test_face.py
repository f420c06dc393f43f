"""The look of the site: every macro in every state is drawn on one page, and that page must be right for everybody."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import pytest
from bs4 import BeautifulSoup
from jinja2 import ChoiceLoader, DictLoader, Environment, FileSystemLoader, StrictUndefined
from playwright.sync_api import Browser, Route
from playwright.sync_api import Page as Tab

from tests.support import browser as chromium
from tests.support.markup import check_page, words
from web.pages.areas import area_map
from web.pages.ride_picture import Drive, Ride, day_map, scale_of
from web.rendering import THEMES, Looks

WEB: Final = Path(__file__).resolve().parents[2] / "web"
STATIC: Final = WEB / "static"
ORIGIN: Final = "http://meer.test"
SMALLEST_TARGET_PX: Final = 48
# What the site sends; the page must look and work under it.
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


@dataclass(frozen=True)
class Thing:
    """Any page object: whatever attributes a macro asks for."""

    facts: dict[str, Any]

    def __getattr__(self, name: str) -> Any:
        try:
            return self.facts[name]
        except KeyError:
            raise AttributeError(name) from None


def a(**facts: Any) -> Thing:
    return Thing(facts)


SITE: Final = a(
    name="Meer voor Elkaar", municipality="Oosterhout", telephone="0162 123 456", organisation="Surplus", is_demo=True
)
SCALE: Final = scale_of([])
GALLERY: Final = a(
    requests=[
        a(
            href="/hulpvragen/1",
            picture="garden",
            title="Heg knippen",
            neighbourhood="Dommelbergen",
            when="dinsdag 3 maart om 10.00 uur",
            sentence="De heg is te hoog voor mij geworden.",
            distance="10 minuten fietsen (2,4 km)",
        ),
        a(
            href="/hulpvragen/2",
            picture="company",
            title="Koffie en een praatje",
            neighbourhood="De Slotjes",
            when="elke vrijdag",
            sentence="Ik houd van kaarten en van mensen om me heen.",
            distance="5 minuten lopen (400 m)",
            status=a(text="Wij zoeken nog iemand", tone="waiting"),
        ),
        a(
            href="/hulpvragen/3",
            picture="transport",
            title="Meerijden naar het ziekenhuis",
            neighbourhood="Oosteind",
            when="morgenochtend",
            sentence="Ik loop met een rollator. Die past achterin.",
        ),
    ],
    offers=[
        a(
            href="/aanbod/1",
            picture="pets",
            what="Hond uitlaten",
            name="Fatima",
            neighbourhood="Oosterheide",
            when="in het weekend",
            sentence="",
        )
    ],
    said=[
        a(label="Wat", text="De heg aan de voorkant is te hoog.", href="/ik-zoek-hulp/wat"),
        a(label="Waar", text="4901 AB, Dommelbergen", href="/ik-zoek-hulp/waar"),
    ],
    statuses=[
        a(text=text, tone=tone)
        for text, tone in [
            ("Wij zoeken nog", "waiting"),
            ("Geregeld", "good"),
            ("Afgezegd", "neutral"),
            ("Wacht op u", "attention"),
            ("Bedankt", "warm"),
        ]
    ],
    queue=[
        a(
            href="/werkvoorraad/1",
            title="Heg knippen",
            line="Dommelbergen · voor donderdag 12.00 uur",
            is_current=True,
            status=a(text="Niemand gevonden", tone="attention"),
        ),
        a(href="/werkvoorraad/2", title="Boodschappen", line="De Slotjes · wacht 2 dagen"),
    ],
    events=[
        a(
            when="maandag 2 maart om 9.12 uur",
            at="2026-03-02T09:12:00+01:00",
            text="Jan plaatste de vraag.",
            who="Per telefoon, door Els.",
        ),
        a(when="maandag 2 maart om 9.13 uur", text="3 mensen gevraagd."),
        a(when="vandaag om 10.00 uur", text="Piet zei ja.", tone="warm"),
    ],
    candidates=[
        ["Piet", "1,2 km", 1, a(text="Kan nog", tone="good"), a(text="Bekijk Piet", href="/mensen/1")],
        ["Fatima", "3,8 km", 2, a(text="Vol deze week", tone="neutral"), a(text="Bekijk Fatima", href="/mensen/2")],
    ],
    months=list(
        zip(
            ["mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec", "jan", "feb"],
            [148, 152, 170, 163, 121, 118, 166, 181, 190, 174, 201, 214],
            strict=True,
        )
    ),
    map=area_map(
        "Oosterhout", ["Dommelbergen", "Dorst", "Dorst"], chosen="Dorst", href=lambda slug: f"/hulpvragen?wijk={slug}"
    ),
    scale=SCALE,
    line=SCALE.line(
        windows=[(9 * 60, 17 * 60)],
        away=[(9 * 60 + 30, 15 * 60)],
        rides=[
            Ride(UUID(int=1), (10 * 60, 11 * 60), "Riet", "good", "/ritplanner/1"),
            Ride(UUID(int=2), (13 * 60 + 30, 14 * 60), "Bep", "waiting", "/ritplanner/2", is_on=True),
            Ride(UUID(int=3), (16 * 60, 16 * 60 + 30), "Cor", "attention", "/ritplanner/3"),
        ],
    ),
    drives=day_map(
        "Oosterhout",
        [
            Drive(UUID(int=4), "Piet", ((51.6461, 4.8619), (51.6587, 4.8638), (51.5787, 4.7849)), is_on=True),
            Drive(UUID(int=5), "Fatima", ((51.6442, 4.8978), (51.6575, 4.8125))),
        ],
        [(51.59, 4.857)],
    ),
    neighbourhoods=[("Dommelbergen", 12), ("Oosterheide", 9), ("De Slotjes", 7), ("Oosteind", 1)],
)


def environment(templates: dict[str, str] | None = None) -> Environment:
    """Jinja as the site has it: strict, escaping, with Dutch as it stands in the templates."""
    loader = ChoiceLoader([DictLoader(templates or {}), FileSystemLoader(WEB / "templates")])
    made = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, extensions=["jinja2.ext.i18n"])
    made.install_null_translations(newstyle=True)  # type: ignore[attr-defined]
    made.globals.update(csrf_token=lambda: "a-token")
    return made


def drawn(template: str = "gallery.html", templates: dict[str, str] | None = None, **context: Any) -> str:
    looks = Looks("", "/hulpvragen")
    given = {
        "site": SITE,
        "actor": None,
        "flash": None,
        "path": "/hulpvragen",
        "page": GALLERY,
        "looks": looks,
        **context,
    }
    return environment(templates).get_template(template).render(**given)


@pytest.fixture(scope="module")
def gallery() -> BeautifulSoup:
    return check_page(drawn(flash=a(kind="done", text="Uw vraag staat klaar.")), "gallery.html")


# --- structure ---------------------------------------------------------------------------------------------------


def test_the_gallery_is_a_page_we_would_show(gallery):
    """One heading, labelled fields, unique ids, nothing inline: what holds of every page holds of every macro."""
    assert words(gallery.h1) in words(gallery.title)
    assert words(gallery.select_one(".flash")) == "Uw vraag staat klaar."


def test_the_gallery_shows_every_macro():
    """A macro that is added without being drawn here is checked by nobody."""
    shown = (WEB / "templates" / "gallery.html").read_text()
    macros = {
        name
        for file in (WEB / "templates" / "_macros").glob("*.html")
        for name in re.findall(r"{%-?\s*macro (\w+)\(", file.read_text())
        if not name.startswith("_") and file.name not in {"nav.html", "looks.html"}  # those stand on every page
    }
    body = shown[shown.index("block content") :]
    assert {name for name in macros if not re.search(rf"\b{name}\(", body)} <= {"table_region", "figures", "wordmark"}


def test_every_error_leads_to_its_field(gallery):
    """The summary's links and the sentence beside the field meet at one control."""
    links = gallery.select(".error-summary a")
    assert len(links) == 2
    for link in links:
        control = gallery.find(id=link["href"].removeprefix("#"))
        assert control.name == "input"
        assert control["aria-invalid"] == "true"
    postcode = gallery.find(id="postcode")
    described = [words(gallery.find(id=part)) for part in postcode["aria-describedby"].split()]
    assert described == ["Bijvoorbeeld 4901 AB.", "Vul uw postcode in, bijvoorbeeld 4901 AB."]


def test_the_week_has_21_ticks_with_names_of_their_own(gallery):
    ticks = gallery.select(".week input[type=checkbox]")
    names = [words(gallery.find("label", {"for": tick["id"]})) for tick in ticks]
    assert len(set(names)) == 21
    assert names[0] == "maandag ochtend"
    assert [tick["value"] for tick in ticks if tick.has_attr("checked")] == ["1-morning", "4-afternoon"]


def test_headings_never_skip_a_level(gallery):
    levels = [int(heading.name[1]) for heading in gallery.find_all(re.compile("^h[1-6]$"))]
    assert all(below - above <= 1 for above, below in pairwise(levels))


@pytest.mark.parametrize(
    ("actor", "shown", "hidden"),
    [
        pytest.param(None, {"Inloggen"}, {"Werkvoorraad", "Cijfers", "Mijn pagina"}, id="a-visitor"),
        pytest.param("", {"Mijn pagina"}, {"Werkvoorraad", "Cijfers", "Inloggen"}, id="somebody-signed-in"),
        pytest.param(
            "staff desk reader", {"Werkvoorraad", "Nieuwe vraag", "Cijfers"}, {"Inloggen", "Ritten"}, id="a-coordinator"
        ),
        pytest.param(
            "staff ride_planner",
            {"Werkvoorraad", "Ritten"},
            {"Nieuwe vraag", "Bellen en post", "Cijfers"},
            id="a-ride-planner",
        ),
        pytest.param("reader", {"Mijn pagina", "Cijfers"}, {"Werkvoorraad"}, id="a-reader"),
    ],
)
def test_the_menu_shows_what_one_may_use(actor, shown, hidden):
    if actor is not None:
        may = {
            f"is_{kind}": kind in actor.split()
            for kind in ("staff", "desk", "reader", "volunteer", "ride_planner", "buddy_worker", "concern_handler")
        }
        actor = a(first_name="Els", **may)
    menu = {words(link) for link in check_page(drawn(actor=actor), "").select(".site-nav a")}
    assert shown | {"Hulpvragen", "Ik wil helpen", "Ik zoek hulp"} <= menu
    assert not menu & hidden


def test_what_somebody_typed_is_never_markup():
    page = """{% from "_macros/form.html" import text_field, textarea_field %}
        {{ text_field("a", "A", x) }}{{ textarea_field("b", "B", x) }}"""
    html = drawn("typed.html", {"typed.html": page}, x='"><script>alert(1)</script></textarea>')
    soup = BeautifulSoup(html, "html.parser")
    assert soup.script is None
    assert soup.find(id="a")["value"] == '"><script>alert(1)</script></textarea>'


@pytest.mark.parametrize(
    ("rate", "low", "high", "said"),
    [
        pytest.param(0.84, 0.81, 0.86, "tussen 81 en 86 %, boven de lijn van 79 %", id="above"),
        pytest.param(0.70, 0.66, 0.74, "tussen 66 en 74 %, onder de lijn van 79 %", id="below"),
        pytest.param(0.80, 0.75, 0.84, "tussen 75 en 84 %, rond de lijn van 79 %", id="round"),
    ],
)
def test_a_rate_stands_above_below_or_round_the_line(rate, low, high, said):
    page = '{% from "_macros/chart.html" import rate_bar %}{{ rate_bar(r, l, h) }}'
    html = drawn("rate.html", {"rate.html": page}, r=rate, l=low, h=high)
    assert words(BeautifulSoup(html, "html.parser").select_one(".chart__words")) == said


def test_mails_say_who_we_are_and_how_to_stop():
    body = '{%% extends "mail/_base.%s" %%}{%% block content %%}De heg is te hoog.{%% endblock %%}'
    context = {
        "subject": "Kunt u dinsdag een heg knippen?",
        "action": "https://meer.test/voorstel/abc",
        "action_label": "Bekijk de vraag",
        "stop_url": "https://meer.test/stop/abc",
    }
    for kind in ("html", "txt"):
        mail = drawn(f"m.{kind}", {f"m.{kind}": body % kind}, **context)
        for part in ("De heg is te hoog.", *list(context.values())[1:], "Surplus", "0162 123 456"):
            assert part in mail
        assert "<style" not in mail
        assert "\n\n\n" not in mail


# --- colours and files ---------------------------------------------------------------------------------------------


def colours(sheet: str) -> dict[str, str]:
    """The tokens that a sheet sets for screens."""
    text = (STATIC / sheet).read_text().split("@media print")[0]
    return dict(re.findall(r"--meer-([\w-]+): (#[0-9a-f]{6});", text))


def contrast(one: str, other: str) -> float:
    """WCAG's ratio of two colours written as #rrggbb."""

    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("sheet", ["theme.css", "dark.css"])
@pytest.mark.parametrize(
    ("text", "grounds", "least"),
    [
        ("ink", ["ground", "raised", "wash", "warm-wash", "sunny-wash", "error-wash"], 7.0),
        ("ink", ["map-1", "map-2", "map-3"], 4.5),
        ("on-sunny", ["sunny"], 7.0),
        ("quiet", ["ground", "raised", "wash"], 7.0),
        ("primary", ["ground", "raised"], 7.0),
        ("primary-deep", ["ground", "raised", "wash"], 7.0),
        ("on-primary", ["primary", "primary-deep"], 7.0),
        ("warm", ["ground", "raised"], 7.0),
        ("error", ["ground", "raised"], 7.0),
        ("error", ["error-wash"], 4.5),
        ("warm", ["warm-wash"], 4.5),
        ("primary", ["wash", "warm-wash"], 4.5),
        ("edge", ["ground", "raised"], 3.0),
        # Lines of drawings, on the disc they lie on and on the page.
        ("primary", ["paper", "mint", "white"], 3.0),
        ("brick", ["paper", "blush", "white", "raised"], 3.0),
    ],
)
def test_colours_can_be_read(sheet, text, grounds, least):
    """By day and in the evening: 7 : 1 for what is read, 3 : 1 for lines that say something."""
    palette = colours(sheet)
    ratios = {ground: contrast(palette[text], palette[ground]) for ground in grounds}
    assert {ground: ratio for ground, ratio in ratios.items() if ratio < least} == {}


def test_colours_stand_in_one_place():
    """Outside the tokens the style sheet names no colour; the dark sheet sets every one of them and nothing else."""
    tokens, rest = (STATIC / "theme.css").read_text().split("/* ---- ground", 1)
    assert not re.search(r"#[0-9a-fA-F]{3,8}\b", rest)
    assert "/* ---- tokens" in tokens
    assert set(colours("dark.css")) == set(colours("theme.css"))


@pytest.mark.parametrize(
    ("theme", "sheets", "scheme"),
    [
        pytest.param("licht", [], "light", id="light"),
        pytest.param("donker", [""], "dark", id="dark"),
        pytest.param("", ["(prefers-color-scheme: dark)"], "light dark", id="as-the-device-has-it"),
    ],
)
def test_the_colours_of_the_evening_are_for_who_wants_them(theme, sheets, scheme):
    soup = check_page(drawn(looks=Looks(theme, "/hulpvragen")), "")
    assert [link.get("media", "") for link in soup.select("link[href$='dark.css']")] == sheets
    assert soup.select_one("meta[name=color-scheme]")["content"] == scheme
    assert [words(button) for button in soup.select(".looks [aria-pressed=true]")] == [THEMES[theme]]


def test_nothing_comes_from_elsewhere_or_from_inside_a_style_sheet():
    for sheet in STATIC.rglob("*.css"):
        text = sheet.read_text()
        assert not re.search(r"data:|@import|https?:|sourceMappingURL", text), sheet.name
        for url in re.findall(r"url\(\s*[\"']?([^\"')]+)", text):
            path = STATIC / url.removeprefix("/static/") if url.startswith("/") else sheet.parent / url
            assert path.is_file(), f"{sheet.name} asks for {url}"


def test_the_vendored_files_are_what_was_built():
    vendor = STATIC / "vendor"
    lines = (line.split("  ") for line in (vendor / "SHA256SUMS").read_text().splitlines())
    listed = {name: digest for digest, name in lines}
    files = [path for path in vendor.rglob("*") if path.is_file() and path.name != "SHA256SUMS"]
    assert {str(path.relative_to(vendor)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files} == listed


def test_every_drawing_is_there_and_is_only_a_drawing():
    names = environment().get_template("_macros/drawing.html").module.DRAWINGS.values()  # type: ignore[attr-defined]
    for name in names:
        svg = (STATIC / "drawings" / f"{name}.svg").read_text()
        assert 'viewBox="0 0 120 120"' in svg, name
        assert '<g id="drawing"' in svg, name
        assert not re.search(r"<(script|style|image|text)|href|\bon\w+=", svg), name


def test_drawings_take_their_colours_from_the_page():
    """Each colour is a token, with the one of the day beside it for whoever opens the file alone."""
    day = colours("theme.css")
    for file in (STATIC / "drawings").glob("*.svg"):
        named = re.findall(r"var\(--meer-([\w-]+), (#[0-9a-f]{6})\)", file.read_text())
        assert {token: colour for token, colour in named if day[token] != colour} == {}, file.name
        assert not re.search(r'"#[0-9a-f]', file.read_text()), file.name


# --- in a browser --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def running() -> Iterator[Browser]:
    with chromium.running_browser() as browser:
        yield browser


def serve(route: Route) -> None:
    """Answers for the site from the working tree: the gallery at /, files under /static."""
    path = route.request.url.removeprefix(ORIGIN).split("?")[0]
    if path == "/":
        route.fulfill(
            body=drawn(), content_type="text/html; charset=utf-8", headers={"Content-Security-Policy": POLICY}
        )
    elif path.startswith("/static/") and (file := STATIC / path.removeprefix("/static/")).is_file():
        route.fulfill(path=file)
    else:
        route.fulfill(status=404)


@pytest.fixture(params=[360, 1280], ids=["telephone", "desk"])
def tab(request: pytest.FixtureRequest, running: Browser) -> Iterator[Tab]:
    context = chromium.new_context(running, viewport={"width": request.param, "height": 800})
    context.route("**/*", serve)
    tab = context.new_page()
    console = chromium.Console(tab)
    tab.goto(f"{ORIGIN}/")
    yield tab
    assert console.errors == []
    context.close()


@pytest.mark.browser
def test_axe_finds_nothing(tab):
    """With every table folded out too, by day and in the evening."""
    tab.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
    chromium.assert_accessible(tab)
    tab.emulate_media(color_scheme="dark")
    assert tab.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(20, 33, 31)"
    chromium.assert_accessible(tab)


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 360, 640, 768, 1000, 1280])
def test_nothing_scrolls_sideways(tab, width):
    chromium.assert_fits(tab, width=width)


@pytest.mark.browser
def test_the_typeface_is_ours(tab):
    tab.evaluate("document.fonts.ready")
    face = tab.evaluate("getComputedStyle(document.querySelector('button')).fontFamily")
    assert face.startswith('"Atkinson Hyperlegible"')
    assert tab.evaluate("[...document.fonts].some(f => f.family.includes('Atkinson') && f.status === 'loaded')")


@pytest.mark.browser
def test_what_is_pressed_is_large_enough(tab):
    """48 px either way, or a link inside a line of text, or an area or a ride in a picture: its link stands under it.

    A control in a label is as large as its label.
    """
    small = tab.evaluate(
        """smallest => [...document.querySelectorAll(
                'a[href], button, input:not([type=hidden]), select, textarea, summary')]
            .map(e => e.closest('label') || (e.matches('.card__link') ? e.closest('.card') : e))
            .filter(e => !e.classList.contains('skip-link') && !(e.matches('p a') && !e.closest('.site-footer')))
            .filter(e => !e.matches('.area, .day-ride'))
            .map(e => [e.outerHTML.slice(0, 90), e.getBoundingClientRect()])
            .filter(([, box]) => box.height > 0 && (box.height < smallest - 0.5 || box.width < smallest - 0.5))
            .map(([html, box]) => `${Math.round(box.width)}×${Math.round(box.height)} ${html}`)""",
        SMALLEST_TARGET_PX,
    )
    assert small == []


@pytest.mark.browser
def test_the_keyboard_shows_where_it_is(tab):
    """Every stop of the tab key has an outline of at least 2 px on itself, or on the card or label round it."""
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.textContent") == "Naar de inhoud"
    assert tab.evaluate("document.activeElement.getBoundingClientRect().top >= 0")
    bare = []
    for _ in range(90):
        tab.keyboard.press("Tab")
        seen = tab.evaluate(
            """() => { const e = document.activeElement;
                const s = [e, e.closest('label'), e.closest('.card')].filter(Boolean)
                .map(x => getComputedStyle(x)).some(x => x.outlineStyle !== 'none' && parseFloat(x.outlineWidth) >= 2);
                return [s, e.outerHTML.slice(0, 90)] }"""
        )
        if not seen[0]:
            bare.append(seen[1])
    assert bare == []
