"""Who sees what of somebody, and when: a table, and the few questions asked of it.

Pages, mails, calendars, exports and prints ask here; none decides by itself. What is not in the table is not visible.
A member of staff stands in STAFF situations only for cases of their own municipality, which `permissions` decides.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from marketplace.models import (
    HelpRequest,
    Introduction,
    Match,
    MatchStatus,
    Person,
    Promise,
    PromiseStatus,
    StaffRoleKind,
)
from marketplace.policies import ContactPolicy


class Field(StrEnum):
    """What there is to see of a person."""

    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"
    TELEPHONE = "telephone"
    EMAIL = "email"
    # Where letters go.
    LETTER_ADDRESS = "letter_address"
    BIRTH_YEAR = "birth_year"
    # Of who asks.
    NEIGHBOURHOOD = "neighbourhood"
    REQUEST_TEXT = "request_text"
    # Street and number of the place of help.
    HELP_ADDRESS = "help_address"
    # Where exactly a ride goes: the name of a clinic says much.
    DESTINATION = "destination"
    # Of who helps.
    OFFER_SENTENCE = "offer_sentence"
    START_ADDRESS = "start_address"
    CERTIFICATE = "certificate"
    # What staff wrote down about a case.
    CASE_NOTE = "case_note"
    # A worry about somebody, and what was done about it.
    CONCERN = "concern"


class Situation(StrEnum):
    """How the one who looks stands to the one who is looked at."""

    PUBLIC = "public"
    SIGNED_IN = "signed_in"
    # Asked, offered, or agreed but the requester may still object.
    OFFERED = "offered"
    # Both sides, from "prima" or the end of the objection time until 14 days after the end.
    CONFIRMED = "confirmed"
    OVER = "over"
    COORDINATOR = "coordinator"
    RIDE_PLANNER = "ride_planner"
    READER = "reader"
    # Of the small group that handles worries; only for whom a worry is about, and who passed it on.
    CONCERN_HANDLER = "concern_handler"


class Extent(StrEnum):
    """How much of it."""

    NOTHING = "nothing"
    ALL = "all"
    # The initial only, for who asked for that.
    AS_ASKED = "as_asked"
    # For the list of volunteers: what its owner made public.
    PUBLISHED = "published"
    # What its owner ticked to share.
    TICKED = "ticked"
    # Only where the help happens there.
    AT_HOME = "at_home"
    # All of it, and each look is logged.
    LOGGED = "logged"


def _row(*extents: Extent) -> Mapping[Situation, Extent]:
    return dict(zip(Situation, extents, strict=True))


_NO, _ALL, _ASKED, _OPEN = Extent.NOTHING, Extent.ALL, Extent.AS_ASKED, Extent.PUBLISHED
_TICK, _HOME, _LOG = Extent.TICKED, Extent.AT_HOME, Extent.LOGGED

# fmt: off
MATRIX: Final[Mapping[Field, Mapping[Situation, Extent]]] = {
    #                         public signed offered confirmed over  coord planner reader concerns
    Field.FIRST_NAME:     _row(_ASKED, _ASKED, _ALL, _ALL,  _ALL,   _LOG, _LOG, _NO, _LOG),
    Field.LAST_NAME:      _row(_NO,   _NO,   _NO,   _NO,   _NO,     _LOG, _LOG, _NO, _LOG),
    Field.TELEPHONE:      _row(_NO,   _NO,   _NO,   _TICK, _NO,     _LOG, _LOG, _NO, _LOG),
    Field.EMAIL:          _row(_NO,   _NO,   _NO,   _TICK, _NO,     _LOG, _LOG, _NO, _LOG),
    Field.LETTER_ADDRESS: _row(_NO,   _NO,   _NO,   _NO,   _NO,     _LOG, _NO,  _NO, _LOG),
    Field.BIRTH_YEAR:     _row(_NO,   _NO,   _NO,   _NO,   _NO,     _LOG, _NO,  _NO, _LOG),
    Field.NEIGHBOURHOOD:  _row(_ALL,  _ALL,  _ALL,  _ALL,  _ALL,    _ALL, _ALL, _NO, _ALL),
    Field.REQUEST_TEXT:   _row(_ALL,  _ALL,  _ALL,  _ALL,  _ALL,    _ALL, _ALL, _NO, _ALL),
    Field.HELP_ADDRESS:   _row(_NO,   _NO,   _NO,   _HOME, _NO,     _LOG, _LOG, _NO, _NO),
    Field.DESTINATION:    _row(_NO,   _NO,   _NO,   _ALL,  _NO,     _LOG, _LOG, _NO, _NO),
    Field.OFFER_SENTENCE: _row(_OPEN, _OPEN, _ALL,  _ALL,  _OPEN,   _ALL, _ALL, _NO, _OPEN),
    Field.START_ADDRESS:  _row(_NO,   _NO,   _NO,   _NO,   _NO,     _NO,  _LOG, _NO, _NO),
    Field.CERTIFICATE:    _row(_NO,   _NO,   _NO,   _NO,   _NO,     _LOG, _LOG, _NO, _NO),
    Field.CASE_NOTE:      _row(_NO,   _NO,   _NO,   _NO,   _NO,     _LOG, _LOG, _NO, _NO),
    Field.CONCERN:        _row(_NO,   _NO,   _NO,   _NO,   _NO,     _NO,  _NO,  _NO, _LOG),
}
# fmt: on

# No mail says more than this, whoever it goes to: it may be read by somebody else.
IN_MAILS: Final = frozenset({Field.FIRST_NAME, Field.NEIGHBOURHOOD, Field.REQUEST_TEXT, Field.OFFER_SENTENCE})
STAFF: Final[Mapping[StaffRoleKind, Situation]] = {
    StaffRoleKind.COORDINATOR: Situation.COORDINATOR,
    StaffRoleKind.TEAM_LEAD: Situation.COORDINATOR,
    StaffRoleKind.BUDDY_COORDINATOR: Situation.COORDINATOR,
    StaffRoleKind.RIDE_PLANNER: Situation.RIDE_PLANNER,
    StaffRoleKind.READER: Situation.READER,
    StaffRoleKind.CONCERN_HANDLER: Situation.CONCERN_HANDLER,
}


def may_see(
    field: Field,
    situation: Situation,
    *,
    is_ticked: bool = False,
    is_at_home: bool = False,
    is_published: bool = False,
    by_mail: bool = False,
) -> bool:
    """Whether somebody in this situation sees this field; the flags say what its owner shares."""
    if by_mail and field not in IN_MAILS:
        return False
    extent = MATRIX[field][situation]
    conditions = {Extent.TICKED: is_ticked, Extent.AT_HOME: is_at_home, Extent.PUBLISHED: is_published}
    return extent is not Extent.NOTHING and conditions.get(extent, True)


@dataclass(frozen=True, slots=True)
class Shown:
    """What one of two people is shown of the other; empty where it is not, not yet or no longer theirs to see."""

    first_name: str = ""
    telephone: str = ""
    email: str = ""
    # Street and number, where the help happens at somebody's home.
    help_address: str = ""
    # What the place is called where a ride goes.
    destination: str = ""

    @property
    def is_reachable(self) -> bool:
        """Whether it says more than what somebody is called."""
        return self != Shown(self.first_name)


def show_helper(person: Person, situation: Situation, *, by_mail: bool = False) -> Shown:
    """What who asks is shown of who helps."""

    def sees(field: Field, is_ticked: bool = False) -> bool:
        return may_see(field, situation, is_ticked=is_ticked, by_mail=by_mail)

    return Shown(
        first_name=person.first_name if sees(Field.FIRST_NAME) else "",
        telephone=(person.telephone or "") if sees(Field.TELEPHONE, person.share_telephone) else "",
        email=(person.email or "") if sees(Field.EMAIL, person.share_email) else "",
    )


def show_asker(person: Person, request: HelpRequest, situation: Situation, *, by_mail: bool = False) -> Shown:
    """What who helps is shown of who asks: the same, and where it is."""
    street = f"{request.street} {request.house_number}".strip()
    sees_street = may_see(Field.HELP_ADDRESS, situation, is_at_home=request.is_at_home, by_mail=by_mail)
    sees_goal = may_see(Field.DESTINATION, situation, by_mail=by_mail)
    return replace(
        show_helper(person, situation, by_mail=by_mail),
        help_address=street if sees_street else "",
        destination=str((request.destination or {}).get("name", "")) if sees_goal else "",
    )


def is_logged(field: Field, situation: Situation) -> bool:
    """Whether seeing this leaves a trace that its owner can read."""
    return MATRIX[field][situation] is Extent.LOGGED


def shown_name(first_name: str, situation: Situation, *, shows_initial_only: bool) -> str:
    """What somebody is called in a situation: by the initial in public, where they asked for that."""
    if not may_see(Field.FIRST_NAME, situation):
        return ""
    if shows_initial_only and MATRIX[Field.FIRST_NAME][situation] is Extent.AS_ASKED:
        return f"{first_name[:1].upper()}."
    return first_name


def situation_in_match(match: Match, *, now: datetime, policy: ContactPolicy) -> Situation:
    """How the two of a match stand to each other at this moment."""
    if match.status is MatchStatus.OBJECTED:
        return Situation.OVER
    if match.confirmed_at is None:
        if match.status is not MatchStatus.AGREED:
            return Situation.OVER  # cancelled before anything had opened
        return Situation.CONFIRMED if now >= match.objection_until else Situation.OFFERED
    is_recent = match.ended_at is None or now < match.ended_at + timedelta(days=policy.days_after_end)
    return Situation.CONFIRMED if is_recent else Situation.OVER


def situation_with_buddy(introduction: Introduction, *, now: datetime, policy: ContactPolicy) -> Situation:
    """How who is a buddy and who has one stand to each other: as the two of a match, from the beginning on."""
    if introduction.started_at is None:
        return Situation.OFFERED
    is_recent = introduction.ended_at is None or now < introduction.ended_at + timedelta(days=policy.days_after_end)
    return Situation.CONFIRMED if is_recent else Situation.OVER


def situation_in_promise(promise: Promise, *, now: datetime, policy: ContactPolicy) -> Situation:
    """How who drives and who rides stand to each other: as the two of a match, from the driver's yes on."""
    if promise.status is PromiseStatus.PROPOSED:
        return Situation.OFFERED
    if promise.status not in (PromiseStatus.ACCEPTED, PromiseStatus.DONE):
        return Situation.OVER
    is_recent = now < promise.finish_at + timedelta(days=policy.days_after_end)
    return Situation.CONFIRMED if is_recent else Situation.OVER
