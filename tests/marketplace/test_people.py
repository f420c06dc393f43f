"""A person's own details: what they are called, how to reach them, what is shared."""

import pytest

from marketplace import people
from marketplace.errors import InvalidInput
from marketplace.models import Person
from marketplace.people import Details, check_details
from marketplace.permissions import Actor
from tests.support.builders import a_person

GOOD = Details("Riet", "de Wit", "06 12 34 56 78")


@pytest.mark.parametrize(
    ("details", "problems"),
    [
        pytest.param(GOOD, {}, id="good"),
        pytest.param(Details("Riet", "de Wit", "+31 6 12345678"), {}, id="from-abroad"),
        pytest.param(Details("Riet", "de Wit", "(0162) 45-67-89"), {}, id="with-signs"),
        pytest.param(Details("Riet", "de Wit", "", False, True), {}, id="by-mail-only"),
        pytest.param(Details(" ", "de Wit", GOOD.telephone), {"first_name": "first_name_missing"}, id="no-name"),
        pytest.param(Details("R" * 61, "W", GOOD.telephone), {"first_name": "first_name_long"}, id="long-name"),
        pytest.param(Details("Riet", "", GOOD.telephone), {"last_name": "last_name_missing"}, id="no-last-name"),
        pytest.param(Details("Riet", "W", ""), {"telephone": "telephone_missing"}, id="shares-what-is-not-there"),
        pytest.param(Details("Riet", "W", "12345"), {"telephone": "telephone_form"}, id="too-short"),
        pytest.param(Details("Riet", "W", "06-veel"), {"telephone": "telephone_form"}, id="words"),
        pytest.param(Details("Riet", "W", "0" * 25), {"telephone": "telephone_form"}, id="too-long"),
        pytest.param(
            Details("Riet", "W", GOOD.telephone, False, False),
            {"share_telephone": "share_missing"},
            id="shares-nothing",
        ),
    ],
)
def test_every_problem_of_somebodys_details_is_named(details, problems):
    """Two people who agreed must be able to reach each other."""
    assert check_details(details) == problems


def test_without_an_address_the_telephone_is_what_is_shared():
    """Ticking an e-mail address that is not there shares nothing."""
    assert check_details(Details("Riet", "W", "", False, True), has_email=False) == {"share_telephone": "share_missing"}


def test_details_are_tidied_and_kept(sessions):
    with sessions.begin() as session:
        riet = a_person(session, "Riet")
        people.update_details(
            session, actor=Actor(riet.id), details=Details(" Rita ", " van  Dam", "06  12345678", True, True)
        )
        session.refresh(riet)
        assert (riet.first_name, riet.last_name) == ("Rita", "van  Dam")
        assert (riet.telephone, riet.share_telephone, riet.share_email) == ("06 12345678", True, True)


def test_a_wrong_detail_changes_nothing(sessions):
    with sessions.begin() as session:
        riet_id = a_person(session, "Riet").id
    with pytest.raises(InvalidInput) as refused, sessions.begin() as session:
        people.update_details(session, actor=Actor(riet_id), details=Details("", "", "x"))
    assert set(refused.value.problems) == {"first_name", "last_name", "telephone"}
    with sessions.read() as session:
        assert session.get_one(Person, riet_id).first_name == "Riet"
