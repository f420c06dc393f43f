"""Standard texts: plain, with known fields only, every version kept, and one team lead at a time."""

import pytest

from marketplace import texts
from marketplace.errors import InvalidInput, NotAllowed, NotFound, Overtaken
from marketplace.models import StaffRoleKind
from marketplace.queries import texts as queries
from tests.support.builders import a_coordinator, another_municipality, the_municipality
from tests.support.clock import NOW

pytestmark = pytest.mark.database("sqlite")


@pytest.fixture
def session(sessions):
    with sessions.begin() as session:
        yield session


@pytest.fixture
def lead(session):
    return a_coordinator(session, "Marieke", kind=StaffRoleKind.TEAM_LEAD)


def saved(session, lead, **more):
    asked = {"code": "oproep", "title": "Oproep", "text": "Wie helpt in {wijk}?", "based_on": 0}
    return texts.save(session, municipality_id=the_municipality(session).id, actor=lead, now=NOW, **(asked | more))


@pytest.mark.parametrize("text", texts.DEFAULTS, ids=lambda text: text.code)
def test_what_came_with_the_site_is_plain_and_knows_its_fields(text):
    assert texts.problems_of(text.title, text.text) == {}


def test_every_field_is_filled_in_and_one_without_a_value_stays_visible():
    assert texts.fill_in("Dag {voornaam} uit {wijk}", {"voornaam": "Riet {wijk}"}) == "Dag Riet {wijk} uit {wijk}"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        pytest.param("", "standard_text_missing", id="empty"),
        pytest.param("Dag {achternaam}.", "field_unknown", id="a-field-we-do-not-fill-in"),
        pytest.param("Dag {voornaam.", "field_unknown", id="a-brace-left-open"),
        pytest.param("woord " * 21 + ".", "sentences_long", id="one-endless-sentence"),
        pytest.param(("woord " * 13 + ". ") * 3, "sentences_long", id="all-a-bit-too-long"),
    ],
)
def test_what_cannot_be_a_standard_text_is_refused(session, lead, text, code):
    with pytest.raises(InvalidInput) as refused:
        saved(session, lead, text=text)
    assert refused.value.problems == {"text": code}


def test_every_version_stays_and_the_newest_is_in_use(session, lead):
    where = the_municipality(session).id
    saved(session, lead)
    saved(session, lead, text="Wie helpt een buur?", based_on=1)
    assert texts.get_text(session, where, "oproep").text == "Wie helpt een buur?"
    assert [row.version for row, _ in queries.list_versions(session, where, "oproep")] == [2, 1]


def test_saved_as_it_was_makes_no_version(session, lead):
    saved(session, lead)
    assert saved(session, lead, based_on=1).version == 1


def test_of_two_team_leads_the_second_hears_of_the_first(session, lead):
    saved(session, lead)
    with pytest.raises(Overtaken):
        saved(session, lead, text="Iets anders.")


def test_a_new_text_gets_a_name_of_its_own(session, lead):
    codes = {saved(session, lead, code="", title="Oproep").code for _ in range(2)}
    assert codes == {"oproep-2", "oproep-3"}


def test_what_is_no_longer_used_leaves_the_list_and_keeps_its_versions(session, lead):
    where = the_municipality(session).id
    texts.retire(session, municipality_id=where, code="oproep", based_on=0, actor=lead, now=NOW)
    with pytest.raises(NotFound):
        texts.get_text(session, where, "oproep")
    assert len(queries.list_versions(session, where, "oproep")) == 1


def test_only_a_team_lead_writes_and_each_municipality_has_its_own(session, lead):
    with pytest.raises(NotAllowed):
        saved(session, a_coordinator(session))
    saved(session, lead)
    breda = another_municipality(session)
    assert texts.get_text(session, breda.id, "oproep").version == 0
