"""The map of the list: areas with numbers, drawn by the server, and never anything finer."""

import re
from datetime import timedelta

import pytest

from marketplace import areas
from marketplace.database import Sessions
from marketplace.geocoding import EmbeddedGeocoder, postcodes4
from tests.support.builders import a_request, place
from tests.support.clock import NOW
from tests.support.markup import words
from tests.support.pages import Page
from web.pages.areas import area_map, find_neighbourhood, slug_of

pytestmark = pytest.mark.database("sqlite")


@pytest.fixture
def asked(sessions: Sessions) -> None:
    """Two hedges in Dommelbergen, a coffee in Dorst."""
    with sessions.begin() as session:
        for number, (code, skill) in enumerate(
            [("4907AB", "garden.hedge"), ("4907ZZ", "garden.hedge"), ("4849AB", "company.coffee")]
        ):
            a_request(session, at=place(code), skill=skill, now=NOW - timedelta(hours=number))


def numbers(page: Page) -> dict[str, int]:
    """What the picture says of each area."""
    titles = [words(title).rsplit(": ", 1) for title in page.soup.select(".area title")]
    return {name: int(count) for name, count in titles if count != "0"}


def links(page: Page) -> dict[str, str]:
    return {words(link): str(link["href"]) for link in page.soup.select(".area-map .chip-link")}


# --- the ground --------------------------------------------------------------------------------------------------


def test_every_postcode_of_the_town_is_an_area_with_its_number_inside():
    ground = areas.ground_of("Oosterhout")
    assert ground is not None
    assert tuple(area.postcode4 for area in ground.areas) == postcodes4("Oosterhout")
    for area in ground.areas:
        assert area.room > 15  # a number fits
        xs, ys = zip(*(point for ring in area.rings for point in ring), strict=True)
        assert min(xs) <= area.middle[0] <= max(xs)
        assert min(ys) <= area.middle[1] <= max(ys)
        assert 0 <= min(xs) < max(xs) <= ground.width
        assert 0 <= min(ys) < max(ys) <= ground.height


def test_north_is_up_and_a_kilometre_is_as_long_either_way():
    """Dommelbergen-Noord lies above Dommelbergen; Oosterhout is about 10.6 km by 12 km."""
    ground = areas.ground_of("Oosterhout")
    assert ground is not None
    middles = {area.neighbourhood: area.middle for area in ground.areas}
    assert middles["Dommelbergen-Noord"][1] < middles["Dommelbergen"][1] < middles["Dorst"][1]
    assert middles["Den Hout"][0] < middles["Dommelbergen"][0] < middles["Oosteind"][0]
    assert (round(ground.width / areas.UNITS_PER_KM, 1), round(ground.height / areas.UNITS_PER_KM, 1)) == (10.6, 12.0)


def test_a_town_of_which_we_have_no_areas_has_no_map():
    assert areas.ground_of("Amsterdam") is None
    assert area_map("Amsterdam", [], chosen=None, href=str) is None


def test_every_neighbourhood_can_be_named_in_an_address():
    for code in postcodes4("Oosterhout"):
        found = EmbeddedGeocoder().find(code)
        assert found is not None
        slug = slug_of(found.neighbourhood)
        assert re.fullmatch(r"[a-z-]+", slug)
        assert find_neighbourhood(slug, "Oosterhout") == found.neighbourhood
    assert find_neighbourhood("", "Oosterhout") is None
    assert find_neighbourhood("atlantis", "Oosterhout") is None


# --- on the page -------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("asked")
def test_the_map_counts_by_area_and_an_area_filters_the_list(page: Page):
    page.get("/hulpvragen")
    assert numbers(page) == {"Dommelbergen": 2, "Dorst": 1}
    assert links(page)["Heel Oosterhout: 3"] == "/hulpvragen"
    page.get(links(page)["Dommelbergen: 2"])
    assert "2 hulpvragen in Dommelbergen, de nieuwste eerst" in page.text
    assert len(page.soup.select(".card--request")) == 2
    assert [words(area.title) for area in page.soup.select(".area--on")] == ["Dommelbergen: 2"]
    assert numbers(page)["Dorst"] == 1  # where else one may look
    page.follow("Bekijk heel Oosterhout")
    assert len(page.soup.select(".card--request")) == 3


@pytest.mark.usefixtures("asked")
def test_the_map_counts_what_the_other_filters_leave_and_keeps_them(page: Page):
    page.get("/hulpvragen?gebied=huis-en-tuin")
    assert numbers(page) == {"Dommelbergen": 2}
    page.get(links(page)["Dorst: 0"])
    assert "Hier zoekt nu niemand hulp" in page.text
    assert page.url.endswith("?gebied=huis-en-tuin&wijk=dorst")


@pytest.mark.usefixtures("asked")
def test_the_neighbourhood_is_also_a_field_of_the_form(page: Page):
    page.get("/hulpvragen").submit("Zoek", wijk="dorst")
    assert [words(fact) for fact in page.soup.select(".card__fact:first-child")] == ["Dorst"]
    assert len(page.get("/hulpvragen?wijk=atlantis").soup.select(".card--request")) == 3


@pytest.mark.usefixtures("asked")
def test_the_picture_says_nothing_that_the_links_do_not(page: Page):
    """It is for the eye and the pointer: hidden from who listens, no stop of the tab key, each area a link below."""
    page.get("/hulpvragen")
    picture = page.soup.select_one(".area-map__picture")
    assert picture is not None
    assert picture["aria-hidden"] == "true"
    assert {area["tabindex"] for area in picture.select("a")} == {"-1"}
    assert {area["href"] for area in picture.select("a")} == set(links(page).values()) - {"/hulpvragen"}


@pytest.mark.usefixtures("asked")
def test_nothing_on_the_map_is_finer_than_an_area(page: Page):
    """The same picture wherever in their postcode people live: no point, no postcode."""
    page.get("/hulpvragen")
    picture = page.soup.select_one(".area-map__picture")
    assert picture is not None
    assert {element.name for element in picture.find_all(True)} == {"a", "title", "path", "text"}
    assert not re.search(r"\b4[89]\d\d\b", words(picture))


@pytest.mark.usefixtures("asked")
def test_the_list_comes_before_the_map(page: Page):
    """For who listens or tabs; on a wide screen the map stands beside it."""
    html = str(page.get("/hulpvragen").soup)
    assert html.index("card--request") < html.index("area-map")
