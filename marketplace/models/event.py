"""What happened: append-only, and the only source of the figures."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlmodel import Field, SQLModel

from marketplace.models.columns import Json, Sequence, UtcDateTime, enum_of


class ActingAs(StrEnum):
    """In what capacity somebody did something; a coordinator who mows a lawn acts as a volunteer."""

    RESIDENT = "resident"
    VOLUNTEER = "volunteer"
    ORGANISATION = "organisation"
    STAFF = "staff"
    ENGINE = "engine"


class EventKind(StrEnum):
    REQUEST_POSTED = "request_posted"
    REQUEST_CORRECTED = "request_corrected"
    REQUEST_WIDENED = "request_widened"
    REQUEST_CHANGED = "request_changed"
    REQUEST_SPLIT = "request_split"
    # The same was asked twice: told of the request that goes on, and of the one that does not.
    REQUEST_MERGED = "request_merged"
    REQUEST_REOPENED = "request_reopened"
    REQUEST_WITHDRAWN = "request_withdrawn"
    REQUEST_CLOSED = "request_closed"
    REPRESENTATION_ENDED = "representation_ended"
    ESCALATED = "escalated"
    CASE_READ = "case_read"
    CASE_TAKEN = "case_taken"
    CASE_REASSIGNED = "case_reassigned"
    CASE_NOTED = "case_noted"
    # The ladder: a rung was reached; who asked was asked whether something may give way, and what they said.
    CLIMBED = "climbed"
    RELAXATION_ASKED = "relaxation_asked"
    RELAXATION_ANSWERED = "relaxation_answered"
    # What staff did a moment before was taken back.
    UNDONE = "undone"
    # Two files were of one person, or turned out not to be.
    PEOPLE_MERGED = "people_merged"
    MERGE_UNDONE = "merge_undone"
    APPROVED = "approved"
    CONTACT_LOGGED = "contact_logged"
    PROPOSED = "proposed"
    PROPOSAL_RELAYED = "proposal_relayed"
    APPLIED = "applied"
    DECLINED = "declined"
    LAPSED = "lapsed"
    PROPOSAL_WITHDRAWN = "proposal_withdrawn"
    YES_WAITS = "yes_waits"
    CHOSEN = "chosen"
    PAIR_REFUSED = "pair_refused"
    YES_UNHONOURED = "yes_unhonoured"
    SLOT_FREED = "slot_freed"
    MATCHED = "matched"
    CONFIRMED = "confirmed"
    OBJECTED = "objected"
    CANCELLED = "cancelled"
    REMOVED = "removed"
    DONE = "done"
    DATE_PROPOSED = "date_proposed"
    DATE_AGREED = "date_agreed"
    NUDGED = "nudged"
    OFFERED_ON = "offered_on"
    EVALUATED = "evaluated"
    HOURS_LOGGED = "hours_logged"
    PLAN_PUBLISHED = "plan_published"
    RIDE_MOVED = "ride_moved"
    RIDE_RESULT = "ride_result"
    RIDE_REFERRED = "ride_referred"
    STANDBY_ASKED = "standby_asked"
    STANDBY_ANSWERED = "standby_answered"
    STANDING_ASKED = "standing_asked"
    STANDING_CHANGED = "standing_changed"
    DRIVER_JOINED = "driver_joined"
    DRIVER_CHANGED = "driver_changed"
    DRIVER_AWAY = "driver_away"
    DRIVER_LEFT = "driver_left"
    PAPER_SEEN = "paper_seen"
    OFFER_MADE = "offer_made"
    OFFER_CHANGED = "offer_changed"
    OFFER_PAUSED = "offer_paused"
    OFFER_LEFT = "offer_left"
    # A group for several gardens near each other: put before who asks, and what they said.
    GARDEN_DAY_PROPOSED = "garden_day_proposed"
    GARDEN_DAY_ANSWERED = "garden_day_answered"
    # A case on its way to another organisation: asked, agreed, received, or back again.
    HANDED_OVER = "handed_over"
    # Only that it happened: no person, request or match stands in these two.
    CONCERN_RAISED = "concern_raised"
    CONCERN_CLOSED = "concern_closed"
    # A parent of somebody under sixteen was asked, agreed, said no or stopped it; or it was needed no longer.
    PARENT_ASKED = "parent_asked"
    PARENT_ANSWERED = "parent_answered"
    PARENT_STOPPED = "parent_stopped"
    # Help that returns: it began, went on longer or stopped; one time of it changed; who helps in it, and how often.
    SERIES_CHANGED = "series_changed"
    OCCURRENCE_CHANGED = "occurrence_changed"
    SERIES_HELPER_CHANGED = "series_helper_changed"
    # That a text waits for a person, or was judged; an account blocked or free again. Of two people who are barred,
    # nobody stands in it.
    TEXT_HELD = "text_held"
    TEXT_JUDGED = "text_judged"
    ACCOUNT_BLOCKED = "account_blocked"
    ACCOUNT_RESTORED = "account_restored"
    PAIR_BLOCKED = "pair_blocked"
    # An organisation was founded, seen by staff, or changed; somebody joined or left it.
    ORGANISATION_FOUNDED = "organisation_founded"
    ORGANISATION_CONFIRMED = "organisation_confirmed"
    ORGANISATION_RENAMED = "organisation_renamed"
    ORGANISATION_ENDED = "organisation_ended"
    MEMBER_JOINED = "member_joined"
    MEMBER_LEFT = "member_left"
    # Waits for a place in a shift that is full, or no longer does.
    WAITING_JOINED = "waiting_joined"
    WAITING_LEFT = "waiting_left"
    # Buddies: the first talk, the first meeting, a talk on the way (never what was said), a longer period.
    BUDDY_INTAKE_PLANNED = "buddy_intake_planned"
    BUDDY_INTAKE_HELD = "buddy_intake_held"
    BUDDY_MEETING_SET = "buddy_meeting_set"
    BUDDY_GOAL_SET = "buddy_goal_set"
    BUDDY_TALK_HELD = "buddy_talk_held"
    BUDDY_EXTENDED = "buddy_extended"
    SIGNED_IN = "signed_in"


class Event(SQLModel, table=True):
    """One thing that happened. ``seq`` orders events of one instant."""

    seq: int | None = Field(default=None, primary_key=True, sa_type=Sequence)
    municipality_id: UUID = Field(foreign_key="municipality.id", index=True)
    at: datetime = Field(sa_type=UtcDateTime, index=True)
    kind: EventKind = Field(sa_type=enum_of(EventKind), index=True)
    acting_as: ActingAs = Field(sa_type=enum_of(ActingAs))
    # Who did it (None is the engine) and about whom it is.
    actor_id: UUID | None = Field(default=None, foreign_key="person.id")
    person_id: UUID | None = Field(default=None, foreign_key="person.id", index=True)
    request_id: UUID | None = Field(default=None, foreign_key="help_request.id", index=True)
    slot_number: int | None = None
    proposal_id: UUID | None = Field(default=None, foreign_key="proposal.id")
    match_id: UUID | None = Field(default=None, foreign_key="match.id", index=True)
    # A ride stands for its request, and a promise to drive it for its match.
    ride_id: UUID | None = Field(default=None, foreign_key="ride.id", index=True)
    promise_id: UUID | None = Field(default=None, foreign_key="ride_promise.id")
    # A trajectory with a buddy stands for its request, and who was introduced for its match.
    trajectory_id: UUID | None = Field(default=None, foreign_key="trajectory.id", index=True)
    introduction_id: UUID | None = Field(default=None, foreign_key="introduction.id")
    detail: dict[str, Any] = Field(sa_type=Json)
