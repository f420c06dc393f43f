"""Who sees what, when: every cell of the table, in the order of the table, and what is asked of it."""

from datetime import timedelta

import pytest

from marketplace.models import HelpRequest, Match, MatchStatus, Person, StaffRoleKind
from marketplace.policies import ContactPolicy
from marketplace.visibility import (
    IN_MAILS,
    MATRIX,
    STAFF,
    Extent,
    Field,
    Situation,
    is_logged,
    may_see,
    show_asker,
    show_helper,
    shown_name,
    situation_in_match,
)
from tests.support.clock import NOW

POLICY = ContactPolicy()
CELLS = [(field, situation) for field in Field for situation in Situation]

# The same table, written down a second time from what was promised: who may see it *with everything shared*, and
# what of that stays hidden with nothing ticked, nothing published and the help elsewhere.
PROMISED = {
    Field.FIRST_NAME: ("public signed_in offered confirmed over coordinator ride_planner concern_handler", ""),
    Field.LAST_NAME: ("coordinator ride_planner concern_handler", ""),
    Field.TELEPHONE: ("confirmed coordinator ride_planner concern_handler", "confirmed"),
    Field.EMAIL: ("confirmed coordinator ride_planner concern_handler", "confirmed"),
    Field.LETTER_ADDRESS: ("coordinator concern_handler", ""),
    Field.BIRTH_YEAR: ("coordinator concern_handler", ""),
    Field.NEIGHBOURHOOD: ("public signed_in offered confirmed over coordinator ride_planner concern_handler", ""),
    Field.REQUEST_TEXT: ("public signed_in offered confirmed over coordinator ride_planner concern_handler", ""),
    Field.HELP_ADDRESS: ("confirmed coordinator ride_planner", "confirmed"),
    Field.DESTINATION: ("confirmed coordinator ride_planner", ""),
    Field.OFFER_SENTENCE: (
        "public signed_in offered confirmed over coordinator ride_planner concern_handler",
        "public signed_in over concern_handler",
    ),
    Field.START_ADDRESS: ("ride_planner", ""),
    Field.CERTIFICATE: ("coordinator ride_planner", ""),
    Field.CASE_NOTE: ("coordinator ride_planner", ""),
    Field.CONCERN: ("concern_handler", ""),
}


def test_the_table_has_every_cell():
    assert set(MATRIX) == set(Field) == set(PROMISED)
    assert all(set(row) == set(Situation) for row in MATRIX.values())
    assert set(STAFF) == set(StaffRoleKind)


@pytest.mark.parametrize(("field", "situation"), CELLS, ids=lambda value: value.value)
def test_each_cell_keeps_what_was_promised(field, situation):
    """With everything shared it shows what may be shown; with nothing shared, no more than that needs."""
    most, conditional = (words.split() for words in PROMISED[field])
    is_shown = may_see(field, situation, is_ticked=True, is_at_home=True, is_published=True)
    assert is_shown is (situation in most)
    assert may_see(field, situation) is (situation in most and situation not in conditional)


@pytest.mark.parametrize(("field", "situation"), CELLS, ids=lambda value: value.value)
def test_a_mail_says_no_more_than_anybody_may_read(field, situation):
    """It may be read by somebody else, whoever it goes to: no surname, number, address or goal, even where shared."""
    is_told = may_see(field, situation, is_ticked=True, is_at_home=True, is_published=True, by_mail=True)
    assert is_told is (field in IN_MAILS and situation in PROMISED[field][0].split())


@pytest.mark.parametrize("by_mail", [True, False])
@pytest.mark.parametrize("shares", [True, False])
@pytest.mark.parametrize("situation", Situation)
def test_what_one_is_shown_of_the_other_is_what_the_table_allows(situation, shares, by_mail):
    asker = Person(
        first_name="Riet",
        telephone="0162 123456",
        email="riet@voorbeeld.nl",
        share_telephone=shares,
        share_email=shares,
    )
    request = HelpRequest(
        street="Ridderstraat", house_number="7", is_at_home=shares, destination={"name": "Kliniek", "returns": True}
    )
    parts = {
        Field.FIRST_NAME: ("first_name", "Riet"),
        Field.TELEPHONE: ("telephone", "0162 123456"),
        Field.EMAIL: ("email", "riet@voorbeeld.nl"),
        Field.HELP_ADDRESS: ("help_address", "Ridderstraat 7"),
        Field.DESTINATION: ("destination", "Kliniek"),
    }
    shown = show_asker(asker, request, situation, by_mail=by_mail)
    helper = show_helper(asker, situation, by_mail=by_mail)
    for field, (name, word) in parts.items():
        is_promised = situation in PROMISED[field][0].split()
        is_held_back = not shares and situation in PROMISED[field][1].split()
        is_told = is_promised and not is_held_back and (not by_mail or field in IN_MAILS)
        assert getattr(shown, name) == (word if is_told else "")
        if field not in (Field.HELP_ADDRESS, Field.DESTINATION):
            assert getattr(helper, name) == getattr(shown, name)
    assert (helper.help_address, helper.destination) == ("", "")


@pytest.mark.parametrize("field", Field)
def test_staff_leave_a_trace_wherever_they_see_what_identifies(field):
    identifying = set(Field) - {Field.NEIGHBOURHOOD, Field.REQUEST_TEXT, Field.OFFER_SENTENCE}
    for situation in (Situation.COORDINATOR, Situation.RIDE_PLANNER):
        if may_see(field, situation):
            assert is_logged(field, situation) is (field in identifying)


def test_a_reader_of_figures_sees_nothing_of_anybody():
    assert {row[Situation.READER] for row in MATRIX.values()} == {Extent.NOTHING}


@pytest.mark.parametrize("situation", Situation)
def test_the_initial_stands_for_the_name_in_public_only(situation):
    shown = shown_name("Riet", situation, shows_initial_only=True)
    expected = {Situation.PUBLIC: "R.", Situation.SIGNED_IN: "R.", Situation.READER: ""}
    assert shown == expected.get(situation, "Riet")


MINUTE = timedelta(minutes=1)
END = timedelta(days=14)


@pytest.mark.parametrize(
    ("status", "until", "confirmed", "ended", "situation"),
    [
        pytest.param(MatchStatus.AGREED, MINUTE, None, None, Situation.OFFERED, id="may-object"),
        pytest.param(MatchStatus.AGREED, -MINUTE, None, None, Situation.CONFIRMED, id="time-is-over"),
        pytest.param(MatchStatus.CONFIRMED, MINUTE, -MINUTE, None, Situation.CONFIRMED, id="prima"),
        pytest.param(MatchStatus.DONE, MINUTE, -END, -END + MINUTE, Situation.CONFIRMED, id="just-within-14-days"),
        pytest.param(MatchStatus.DONE, MINUTE, -END, -END, Situation.OVER, id="14-days"),
        pytest.param(MatchStatus.CANCELLED, MINUTE, -END, -MINUTE, Situation.CONFIRMED, id="cancelled-after-prima"),
        pytest.param(MatchStatus.CANCELLED, -MINUTE, None, -MINUTE, Situation.OVER, id="cancelled-before"),
        pytest.param(MatchStatus.OBJECTED, MINUTE, None, -MINUTE, Situation.OVER, id="objected"),
        pytest.param(MatchStatus.OBJECTED, -MINUTE, -MINUTE, -MINUTE, Situation.OVER, id="objected-whatever-else"),
    ],
)
def test_how_the_two_of_a_match_stand_to_each_other(status, until, confirmed, ended, situation):
    match = Match(
        status=status,
        objection_until=NOW + until,
        confirmed_at=NOW + confirmed if confirmed else None,
        ended_at=NOW + ended if ended else None,
    )
    assert situation_in_match(match, now=NOW, policy=POLICY) is situation
