"""Which matches are mediated: what lies on the borders of the table of rulings."""

import pytest

from tests.marketplace.metrics.histories import Step, engine, matched, objected, resident, staff, volunteer
from tests.marketplace.metrics.rulings import ASKED, ASSISTED, MEDIATED, UNMEDIATED, case, last_ruling


@pytest.mark.parametrize(
    ("steps", "slots", "expected"),
    [
        case(
            "a coordinator couples by hand",
            MEDIATED,
            engine("escalated"),
            staff("contact_logged", about_who=True),
            staff("chosen", 1, at_once=True),
            matched(at_once=True, origin="coordinator"),
        ),
        case("staff chooses among those who offered", MEDIATED, volunteer("yes_waits"), staff("chosen", 1), matched()),
        case("contact about when, not who", UNMEDIATED, staff("contact_logged", about_who=False), matched()),
        case("contact of which nobody noted what it was about", MEDIATED, staff("contact_logged"), matched()),
        case(
            "a coordinator changes after escalation", MEDIATED, engine("escalated"), staff("request_changed"), matched()
        ),
        case(
            "a coordinator corrects after escalation",
            MEDIATED,
            engine("escalated"),
            staff("request_corrected"),
            matched(),
        ),
        case("a coordinator splits after escalation", MEDIATED, engine("escalated"), staff("request_split"), matched()),
        case(
            "a coordinator reopens after escalation",
            MEDIATED,
            engine("escalated"),
            staff("request_reopened"),
            matched(),
        ),
        case(
            "changed by staff, and escalated only then",
            ASSISTED,
            staff("request_changed"),
            engine("escalated"),
            matched(),
        ),
        case(
            "escalated and changed in one instant",
            MEDIATED,
            engine("escalated"),
            staff("request_changed", at_once=True),
            matched(),
        ),
        case(
            "escalated, then the requester went on, then staff changed it",
            MEDIATED,
            engine("escalated"),
            resident("request_widened"),
            staff("request_changed"),
            matched(),
        ),
        case(
            "staff act before the slot last became free",
            UNMEDIATED,
            staff("proposed", origin="coordinator"),
            matched(origin="coordinator"),
            *objected(),
            ASKED,
            matched(),
        ),
        case(
            "staff act in the instant of the objection, before it",
            UNMEDIATED,
            matched(),
            staff("chosen", 1),
            resident("objected", 1, at_once=True),
            engine("slot_freed", 1, at_once=True),
            matched(),
        ),
        case(
            "staff act in the instant in which the slot became free, after it",
            MEDIATED,
            matched(),
            *objected(),
            staff("chosen", 1, at_once=True),
            matched(),
        ),
        case(
            "removed by staff, recorded just before the slot is free",
            MEDIATED,
            matched(),
            staff("removed", 1),
            engine("slot_freed", 1, at_once=True),
            matched(),
        ),
        case(
            "removed by staff once, and the next match objected to: the match after that",
            UNMEDIATED,
            matched(),
            engine("slot_freed", 1),
            staff("removed", 1, at_once=True),
            matched(),
            *objected(),
            matched(),
        ),
        case(
            "staff act at the very instant of the yes, before it", MEDIATED, staff("chosen", 1), matched(at_once=True)
        ),
        case(
            "staff act at the very instant of the yes, after it",
            UNMEDIATED,
            matched(),
            staff("chosen", 1, at_once=True),
        ),
        case("staff act on another slot only", UNMEDIATED, staff("proposed", 2), matched(1), slots=2),
        case("staff act that names no slot, both free", MEDIATED, staff("proposed"), matched(2), slots=2),
        case(
            "staff act that names no slot while this one was taken",
            UNMEDIATED,
            matched(1),
            staff("proposed"),
            *objected(1),
            matched(1),
            slots=2,
        ),
        case(
            "staff act that names no slot, on the one that stayed free",
            MEDIATED,
            matched(1),
            staff("contact_logged", about_who=True),
            matched(2),
            slots=2,
        ),
        case(
            "a slot added by staff after escalation",
            MEDIATED,
            matched(1),
            engine("escalated"),
            staff("request_changed", slots=2),
            matched(2),
        ),
        case("a slot added by the requester", UNMEDIATED, matched(1), resident("request_changed", slots=2), matched(2)),
        case(
            "a closed request reopened by staff after escalation",
            MEDIATED,
            engine("escalated"),
            staff("request_closed", slots=[1]),
            staff("request_reopened"),
            engine("slot_freed", 1, at_once=True),
            matched(),
        ),
        case(
            "a coordinator who applies as a volunteer", UNMEDIATED, volunteer("applied"), matched(origin="application")
        ),
        case("staff lists somebody as having offered", MEDIATED, staff("applied"), matched(origin="application")),
        case(
            "staff withdraws an open proposal by hand", MEDIATED, ASKED, staff("proposal_withdrawn"), ASKED, matched()
        ),
        case(
            "the engine withdraws an open proposal", UNMEDIATED, ASKED, engine("proposal_withdrawn"), ASKED, matched()
        ),
        case("staff types in a volunteer's yes", ASSISTED, ASKED, staff("matched", 1, origin="engine")),
        case("staff types in a volunteer's no, another says yes", ASSISTED, ASKED, staff("declined"), ASKED, matched()),
        case(
            "a coordinator's proposal accepted after the slot was taken and free again",
            MEDIATED,
            staff("proposed", origin="coordinator"),
            matched(),
            *objected(),
            matched(origin="coordinator"),
        ),
        case(
            "typed in by staff, objected to: the next match is assisted as well",
            ASSISTED,
            staff("request_posted"),
            matched(),
            *objected(),
            matched(),
        ),
        case(
            "relayed to one, objected to: the next found it alone",
            UNMEDIATED,
            staff("proposal_relayed"),
            matched(),
            *objected(),
            matched(),
        ),
    ],
)
def test_the_borders_of_the_table(steps: tuple[Step, ...], slots: int, expected: tuple[bool, bool]) -> None:
    """Cases the definition does not name, ruled by its words; in doubt against us."""
    ruling = last_ruling(*steps, slots=slots)
    assert (ruling.mediated, ruling.assisted) == expected
