"""What is still to be done: due rows, what ran, and what people are still to be told."""

from datetime import date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from marketplace.models.columns import Json, UtcDateTime, enum_of, new_id


class DueKind(StrEnum):
    ROUND = "round"
    # The rides of a day are planned (again).
    RIDES = "rides"


_PENDING = text("done_at IS NULL")


class DueRow(SQLModel, table=True):
    """Something that must happen at or after a moment. Claimed, worked and ticked off; never forgotten."""

    __tablename__ = "due_row"
    __table_args__ = (Index("ix_due_row_pending", "due_at", sqlite_where=_PENDING, postgresql_where=_PENDING),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    municipality_id: UUID = Field(foreign_key="municipality.id", index=True)
    kind: DueKind = Field(sa_type=enum_of(DueKind))
    request_id: UUID | None = Field(default=None, foreign_key="help_request.id")
    day: date | None = None
    due_at: datetime = Field(sa_type=UtcDateTime)
    created_at: datetime = Field(sa_type=UtcDateTime)
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class JobClaim(SQLModel, table=True):
    """Who works on a job now, until when. ``fence`` grows with every claim, so a sleeper who wakes is known."""

    __tablename__ = "job_claim"

    job: str = Field(primary_key=True, max_length=80)
    claimed_by: str = Field(max_length=80)
    claimed_until: datetime = Field(sa_type=UtcDateTime)
    fence: int = 1


class NoticeKind(StrEnum):
    SIGN_IN = "sign_in"
    CONFIRM_REQUEST = "confirm_request"
    CONFIRM_OFFER = "confirm_offer"
    CONFIRM_RIDE = "confirm_ride"
    REQUEST_POSTED = "request_posted"
    # Somebody asked in one's name: what was asked, and how to stop it.
    ASKED_FOR_YOU = "asked_for_you"
    OFFER_MADE = "offer_made"
    PROPOSAL = "proposal"
    PROPOSAL_WITHDRAWN = "proposal_withdrawn"
    YES_WAITS = "yes_waits"
    YES_NOT_CHOSEN = "yes_not_chosen"
    YES_UNHONOURED = "yes_unhonoured"
    MATCH_FOR_REQUESTER = "match_for_requester"
    MATCH_FOR_VOLUNTEER = "match_for_volunteer"
    DETAILS_OPEN = "details_open"
    OBJECTED = "objected"
    CANCELLED = "cancelled"
    ESCALATED_FOR_REQUESTER = "escalated_for_requester"
    ESCALATED_FOR_COORDINATOR = "escalated_for_coordinator"
    REQUEST_CLOSED = "request_closed"
    REQUEST_WITHDRAWN = "request_withdrawn"
    THANKS = "thanks"
    CONFIRM_ADDRESS = "confirm_address"
    SIGN_IN_CHANGED = "sign_in_changed"
    DATE_PROPOSED = "date_proposed"
    DATE_AGREED = "date_agreed"
    REMINDER = "reminder"
    NUDGE = "nudge"
    OFFERED_ON = "offered_on"
    HOW_WAS_IT = "how_was_it"
    STILL_THERE = "still_there"
    # A colleague opened a case outside their own area, with a typed reason.
    BREAK_GLASS = "break_glass"
    # Nobody asks in one's name any more, or one no longer asks in another's.
    REPRESENTATION_ENDED = "representation_ended"
    # AutoMaatje. To who rides, or asked for it:
    RIDE_ASKED = "ride_asked"
    RIDE_AGREED = "ride_agreed"
    RIDE_UNSURE = "ride_unsure"
    RIDE_REMINDER = "ride_reminder"
    RIDE_CANCELLED = "ride_cancelled"
    RIDE_REFERRED = "ride_referred"
    RIDE_NOT_DRIVEN = "ride_not_driven"
    RIDE_RECEIPT = "ride_receipt"
    STANDING_RIDE_ASKED = "standing_ride_asked"
    # To who drives:
    DRIVER_DAY = "driver_day"
    DRIVER_DAY_CHANGED = "driver_day_changed"
    DRIVER_DAY_REMINDER = "driver_day_reminder"
    STANDBY_ASK = "standby_ask"
    STANDBY_OVER = "standby_over"
    DRIVER_PAPERS = "driver_papers"
    DRIVER_LIMIT = "driver_limit"
    DRIVER_STATEMENT = "driver_statement"
    # To the ride planner:
    RIDE_FOR_PLANNER = "ride_for_planner"
    RIDE_MISSED = "ride_missed"
    # Whether something in the request may give way: more people could help then.
    RELAXATION_ASKED = "relaxation_asked"
    # To an organisation that wants to hear of requests that nobody answers yet.
    ORGANISATION_ASKED = "organisation_asked"
    # To the municipality: a request stands still, whoever it is of.
    STANDS_STILL = "stands_still"
    # A case goes to another organisation: is that all right, will they have it, they have it, it came back.
    HAND_OVER_ASKED = "hand_over_asked"
    HAND_OVER_FOR_ORGANISATION = "hand_over_for_organisation"
    HAND_OVER_RECEIVED = "hand_over_received"
    HAND_OVER_RETURNED = "hand_over_returned"
    # A garden day: will you lead it; shall they come; so many gardens go on; it is off.
    GARDEN_DAY_LEADER = "garden_day_leader"
    GARDEN_DAY_ASKED = "garden_day_asked"
    GARDEN_DAY_READY = "garden_day_ready"
    GARDEN_DAY_OFF = "garden_day_off"
    # Who wants to do something now: confirm it, and once, there is something.
    CONFIRM_TASK = "confirm_task"
    TASK_ALERT = "task_alert"
    # A worry: for who handles it, and to who passed it on. Nothing of it stands in the mail.
    CONCERN_FOR_HANDLER = "concern_for_handler"
    CONCERN_RECEIVED = "concern_received"
    CONCERN_CLOSED = "concern_closed"
    # Somebody under sixteen wants to help: whether a parent agrees, that we wait for that, and that they did.
    PARENT_ASKED = "parent_asked"
    PARENT_AWAITED = "parent_awaited"
    PARENT_THANKED = "parent_thanked"
    # A child's help stopped, to who was to be helped.
    YOUNG_STOPPED = "young_stopped"
    # A pair of which one is under sixteen waits for a coordinator, and what came of it to who said yes.
    PAIR_FOR_COORDINATOR = "pair_for_coordinator"
    PAIR_NOT_APPROVED = "pair_not_approved"
    # Whether the hours of a service period are right, to an organisation; and that a certificate was signed.
    HOURS_ASKED = "hours_asked"
    CERTIFICATE_SIGNED = "certificate_signed"
    # What somebody did in a year; and whether they want to do something in return.
    YEAR_OVERVIEW = "year_overview"
    INVITED_TO_HELP = "invited_to_help"
    # Help that returns: one time of it changed, tomorrow, whose turn when, whether it goes on, it stops, how it goes.
    OCCURRENCE_CHANGED = "occurrence_changed"
    OCCURRENCE_REMINDER = "occurrence_reminder"
    SERIES_TURNS = "series_turns"
    SERIES_REVIEW = "series_review"
    SERIES_STOPS = "series_stops"
    SERIES_HOW = "series_how"
    # The two of a match write to each other: that there is a message, never what it says.
    MESSAGE_RECEIVED = "message_received"
    # What waited for a fixed moment, together.
    DIGEST = "digest"
    # A text of one's own is looked at first; may stand; is to be changed; was hidden or warned about.
    TEXT_HELD = "text_held"
    TEXT_APPROVED = "text_approved"
    TEXT_TO_CHANGE = "text_to_change"
    TEXT_JUDGED = "text_judged"
    # What somebody reported was looked at.
    REPORT_CLOSED = "report_closed"
    # An account was blocked; what was decided on the appeal; and for who decides.
    ACCOUNT_BLOCKED = "account_blocked"
    APPEAL_DECIDED = "appeal_decided"
    MODERATION_FOR_STAFF = "moderation_for_staff"
    # To an address: come and act for an organisation. To its contact: staff saw it, and it is on the list.
    INVITED_TO_ORGANISATION = "invited_to_organisation"
    ORGANISATION_CONFIRMED = "organisation_confirmed"
    # To who waited for a place in a shift that is not held.
    WAITING_OVER = "waiting_over"
    ACTIVITY_CANCELLED = "activity_cancelled"
    # Buddies. To who asked, or for whom was asked:
    CONFIRM_BUDDY = "confirm_buddy"
    BUDDY_ASKED = "buddy_asked"
    BUDDY_INTAKE = "buddy_intake"
    BUDDY_WAITING = "buddy_waiting"
    # To either of the two; each reads their own words.
    BUDDY_QUESTION = "buddy_question"
    BUDDY_MEETING = "buddy_meeting"
    BUDDY_GO_ON = "buddy_go_on"
    BUDDY_PARTED = "buddy_parted"
    BUDDY_GOAL = "buddy_goal"
    BUDDY_STARTED = "buddy_started"
    BUDDY_TALK = "buddy_talk"
    BUDDY_ENDED = "buddy_ended"
    # To the buddy coordinator: something waits. Nothing of what somebody said stands in it.
    BUDDY_FOR_COORDINATOR = "buddy_for_coordinator"


# Not even that these failed is for the eyes of the desk.
CONFIDENTIAL: Final = frozenset(
    {NoticeKind.CONCERN_FOR_HANDLER, NoticeKind.CONCERN_RECEIVED, NoticeKind.CONCERN_CLOSED}
)


# How a call of reminding somebody of what is every week may end: they know, and are rung up about changes only.
NOT_EVERY_TIME: Final = "niet-elke-keer"


class NoticeChannel(StrEnum):
    EMAIL = "email"
    LETTER = "letter"
    TELEPHONE = "telephone"
    SMS = "sms"


class OutboxMessage(SQLModel, table=True):
    """One thing that one person is to be told, written with the change it tells of; worded when it is sent."""

    __tablename__ = "outbox"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    municipality_id: UUID = Field(foreign_key="municipality.id", index=True)
    kind: NoticeKind = Field(sa_type=enum_of(NoticeKind))
    person_id: UUID | None = Field(default=None, foreign_key="person.id", index=True)
    # The address where it goes when nobody is known by it yet (a first sign-in link).
    email: str | None = Field(default=None, max_length=254)
    # Ids only: the text is made at the moment of sending.
    subject: dict[str, str] = Field(sa_type=Json)
    dedupe_key: str = Field(unique=True, max_length=200)
    queued_at: datetime = Field(sa_type=UtcDateTime)
    next_try_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    attempts: int = 0
    fence: int = 0
    channel: NoticeChannel = Field(default=NoticeChannel.EMAIL, sa_type=enum_of(NoticeChannel), index=True)
    # A letter or a call is done by somebody, who says how it went. Until then: who has it in hand, up to next_try_at.
    done_by_id: UUID | None = Field(default=None, foreign_key="person.id")
    outcome: str = Field(default="", max_length=40)
    # Goes along in another message, which is sent at the moment that its reader chose.
    bundle_id: UUID | None = Field(default=None, foreign_key="outbox.id", index=True)
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    failed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    error: str = Field(default="", max_length=200)
