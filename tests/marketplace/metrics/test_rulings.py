"""Which matches are mediated: the table of rulings, row by row."""

import pytest

from marketplace.metrics.classification import ACTS_OF_STAFF, rule_matches
from marketplace.metrics.definitions import Because
from marketplace.models import EventKind
from tests.marketplace.metrics.histories import (
    Step,
    engine,
    match_id,
    matched,
    objected,
    organisation,
    play,
    resident,
    staff,
    volunteer,
)
from tests.marketplace.metrics.rulings import ASKED, ASSISTED, MEDIATED, UNMEDIATED, case, last_ruling


@pytest.mark.parametrize(
    ("steps", "slots", "expected"),
    [
        case(
            "staff types in what a resident says on the telephone",
            ASSISTED,
            staff("request_posted", assisted=True, channel="telephone"),
            ASKED,
            matched(),
        ),
        case("staff corrects it before escalation", ASSISTED, staff("request_corrected"), ASKED, matched()),
        case(
            "scripted telephone task that relays the engine's proposal to somebody without e-mail",
            ASSISTED,
            ASKED,
            staff("proposal_relayed"),
            matched(),
        ),
        case(
            "the same call, and another name is offered",
            (True, True),
            ASKED,
            staff("proposal_relayed"),
            staff("proposed", origin="coordinator"),
            matched(origin="coordinator"),
        ),
        case(
            "the same call, and another name is offered, noted as contact",
            (True, True),
            ASKED,
            staff("proposal_relayed"),
            staff("contact_logged", about_who=True),
            matched(),
        ),
        case("the engine widens by itself", UNMEDIATED, engine("request_widened"), ASKED, matched()),
        case(
            "the requester taps 'verder zoeken'",
            UNMEDIATED,
            engine("escalated"),
            resident("request_widened"),
            ASKED,
            matched(),
        ),
        case(
            "the requester taps 'verder zoeken' (reopened)",
            UNMEDIATED,
            engine("escalated"),
            resident("request_reopened"),
            ASKED,
            matched(),
        ),
        case("somebody browses and offers", UNMEDIATED, volunteer("applied"), matched(origin="application")),
        case(
            "a coordinator puts a group for a garden day before the request, and who asks agrees",
            MEDIATED,
            staff("garden_day_proposed"),
            resident("garden_day_answered", is_yes=True),
            staff("proposed", origin="coordinator"),
            matched(origin="coordinator"),
        ),
        case(
            "the same, who asks says no, and the engine finds somebody: staff proposed a person for that slot",
            MEDIATED,
            staff("garden_day_proposed"),
            resident("garden_day_answered", is_yes=False),
            ASKED,
            matched(),
        ),
        case(
            "a group offers itself on the public list of gardens, and who asks agrees",
            UNMEDIATED,
            volunteer("garden_day_proposed"),
            resident("garden_day_answered", is_yes=True),
            volunteer("applied"),
            matched(origin="application"),
        ),
        case(
            "the same, and the yes is typed in by staff who called",
            ASSISTED,
            volunteer("garden_day_proposed"),
            staff("garden_day_answered", is_yes=True),
            volunteer("applied"),
            matched(origin="application"),
        ),
        case(
            "a garden day is called off by its leader, and the engine finds somebody",
            UNMEDIATED,
            volunteer("garden_day_proposed"),
            volunteer("applied"),
            matched(origin="application"),
            volunteer("cancelled", 1, by="volunteer"),
            volunteer("slot_freed", 1),
            ASKED,
            matched(),
        ),
        case(
            "a garden day is called off by staff of their own accord, and the engine finds somebody",
            MEDIATED,
            volunteer("garden_day_proposed"),
            volunteer("applied"),
            matched(origin="application"),
            staff("removed", 1),
            staff("slot_freed", 1),
            ASKED,
            matched(),
        ),
        case(
            "a coordinator widens after escalation, then the engine matches",
            MEDIATED,
            engine("escalated"),
            staff("request_widened"),
            ASKED,
            matched(),
        ),
        case(
            "escalated but untouched, and an open proposal is accepted",
            UNMEDIATED,
            ASKED,
            engine("escalated"),
            matched(),
        ),
        case("a coordinator reads a case", UNMEDIATED, engine("escalated"), staff("case_read"), matched()),
        case("a coordinator takes a case", UNMEDIATED, engine("escalated"), staff("case_taken"), matched()),
        case("a coordinator annotates a case", UNMEDIATED, engine("escalated"), staff("case_noted"), matched()),
        case("the team lead reassigns a case", UNMEDIATED, staff("case_reassigned"), matched()),
        case("approves a text", UNMEDIATED, staff("approved", what="text"), matched()),
        case("approves a certificate", UNMEDIATED, staff("approved", what="certificate"), matched()),
        case("approves a parent's consent", UNMEDIATED, staff("approved", what="consent"), matched()),
        case("a parent agrees, and staff write it down", UNMEDIATED, staff("parent_answered", answer="yes"), matched()),
        case("a parent stops it by telephone", UNMEDIATED, staff("parent_stopped"), ASKED, matched()),
        case(
            "approval of a pair: somebody under sixteen at a home",
            UNMEDIATED,
            ASKED,
            volunteer("yes_waits"),
            staff("approved", what="pair"),
            matched(),
        ),
        case(
            "approval of a pair refused, and then the same is approved elsewhere: still the next match of that slot",
            MEDIATED,
            ASKED,
            volunteer("yes_waits"),
            staff("pair_refused", why="under_sixteen_at_home"),
            ASKED,
            volunteer("yes_waits"),
            staff("approved", what="pair"),
            matched(),
        ),
        case(
            "approval of a pair refused, a match, and then it came free again: only the next one",
            UNMEDIATED,
            staff("pair_refused", 1),
            matched(),
            *objected(),
            ASKED,
            matched(),
        ),
        case(
            "approval of a pair refused: next match of that slot",
            MEDIATED,
            ASKED,
            staff("pair_refused", 1),
            ASKED,
            matched(),
        ),
        case(
            "somebody removed by staff of their own accord: next match of that slot",
            MEDIATED,
            matched(),
            engine("slot_freed", 1),
            staff("removed", 1, at_once=True),
            ASKED,
            matched(),
        ),
        case("the requester objects: the next match of that slot", UNMEDIATED, matched(), *objected(), matched()),
        case(
            "the requester chooses among those who offered",
            UNMEDIATED,
            volunteer("applied"),
            volunteer("yes_waits"),
            resident("chosen", 1),
            matched(origin="application"),
        ),
        case(
            "the requester asks a listed volunteer",
            UNMEDIATED,
            resident("proposed", origin="resident_choice"),
            matched(origin="resident_choice"),
        ),
        case(
            "the requester refuses somebody who offered",
            UNMEDIATED,
            volunteer("applied"),
            resident("pair_refused"),
            ASKED,
            matched(),
        ),
        case(
            "an organisation chooses among applicants for its own vacancy",
            UNMEDIATED,
            organisation("request_posted"),
            volunteer("applied"),
            volunteer("yes_waits"),
            organisation("chosen", 1),
            matched(origin="application"),
        ),
        case(
            "the engine proposes, and the organisation that chooses takes that one",
            UNMEDIATED,
            organisation("request_posted"),
            ASKED,
            volunteer("yes_waits"),
            organisation("chosen", 1),
            matched(),
        ),
        case(
            "an organisation refuses an applicant and takes the next",
            UNMEDIATED,
            organisation("request_posted"),
            volunteer("applied"),
            volunteer("yes_waits"),
            organisation("pair_refused"),
            volunteer("applied"),
            organisation("chosen", 1),
            matched(origin="application"),
        ),
        case(
            "somebody drops out of a shift, and who waits for it moves up by itself",
            UNMEDIATED,
            organisation("request_posted"),
            matched(origin="application"),
            volunteer("cancelled", 1, by="volunteer"),
            volunteer("slot_freed", 1, at_once=True),
            engine("proposed", origin="application", why="waiting_list"),
            engine("matched", 1, at_once=True, origin="application"),
        ),
        case(
            "who waits is asked, also after escalation, and says yes",
            UNMEDIATED,
            organisation("request_posted"),
            engine("escalated"),
            engine("proposed", origin="application", why="waiting_list"),
            matched(origin="application"),
        ),
        case(
            "staff remove somebody from a shift, and who waits moves up: the next match of that place",
            MEDIATED,
            organisation("request_posted"),
            matched(),
            staff("removed", 1),
            engine("slot_freed", 1, at_once=True),
            engine("proposed", origin="application", why="waiting_list"),
            engine("matched", 1, origin="application"),
        ),
        case(
            "staff confirm the organisation between posting and the yes",
            UNMEDIATED,
            organisation("request_posted"),
            staff("organisation_confirmed"),
            ASKED,
            matched(),
        ),
        case(
            "the buddy coordinator introduces a buddy",
            MEDIATED,
            staff("proposed", 1, origin="coordinator"),
            matched(origin="coordinator"),
        ),
        case(
            "a ride planner moves a ride by hand",
            MEDIATED,
            engine("proposed"),
            matched(),
            engine("slot_freed", 1),
            staff("ride_moved", 1, at_once=True),
            matched(at_once=True),
        ),
        case(
            "a ride planner couples a ride from standby",
            MEDIATED,
            staff("chosen", 1),
            matched(at_once=True, origin="coordinator"),
        ),
        case(
            "a published plan accepted by drivers",
            UNMEDIATED,
            staff("plan_published"),
            engine("proposed", 1),
            matched(),
        ),
        case(
            "an automatic replan",
            UNMEDIATED,
            staff("plan_published"),
            matched(),
            engine("slot_freed", 1),
            engine("ride_moved", 1, at_once=True),
            matched(),
        ),
    ],
)
def test_the_table_of_rulings(steps: tuple[Step, ...], slots: int, expected: tuple[bool, bool]) -> None:
    """Every case that the definition rules on, as events."""
    ruling = last_ruling(*steps, slots=slots)
    assert (ruling.mediated, ruling.assisted) == expected


def test_three_shifts_are_three_matches_and_each_is_ruled_by_itself() -> None:
    """One person on three shifts; staff proposed them for the second only."""
    shifts = {
        "morning": play(organisation("request_posted"), volunteer("applied"), matched(), name="morning"),
        "afternoon": play(organisation("request_posted"), staff("proposed", 1), matched(), name="afternoon"),
        "evening": play(organisation("request_posted"), ASKED, matched(), name="evening"),
    }
    rulings = rule_matches([event for events in shifts.values() for event in events])
    assert {name: rulings[match_id(1, name)].mediated for name in shifts} == {
        "morning": False,
        "afternoon": True,
        "evening": False,
    }


def test_a_ruling_says_because_of_what_in_order() -> None:
    ruling = last_ruling(
        engine("escalated"),
        staff("request_widened"),
        staff("contact_logged", about_who=True),
        staff("chosen", 1),
        matched(at_once=True, origin="coordinator"),
    )
    assert [reason.because for reason in ruling.because] == [Because.CHANGED, Because.CONTACT, Because.CHOSE]
    assert ruling.because[1].at < ruling.because[2].at


def test_every_kind_of_event_has_a_meaning() -> None:
    """A kind that is added later must be put in the table by somebody who thought about it."""
    assert set(ACTS_OF_STAFF) == set(EventKind)


def test_another_request_does_not_matter() -> None:
    touched = play(staff("chosen", 1), matched(), name="touched")
    untouched = play(matched(), name="untouched")
    rulings = rule_matches([*touched, *untouched])
    assert rulings[match_id(1, "touched")].mediated
    assert not rulings[match_id(1, "untouched")].mediated
