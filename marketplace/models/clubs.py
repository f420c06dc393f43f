"""Organisations, who acts for them, their vacancies and waiting lists, and what they organise for everybody."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field, SQLModel

from marketplace.models.columns import Json, UtcDateTime, enum_of, new_id
from marketplace.models.offers import Precision


class OrganisationStatus(StrEnum):
    # Works already; staff have not seen it yet, so it stands on no public list.
    NEW = "new"
    CONFIRMED = "confirmed"
    # Staff found that it is none, or it stopped.
    ENDED = "ended"


class MemberRole(StrEnum):
    """What somebody may do for an organisation; each may do what the one below it may."""

    OWNER = "owner"
    EDITOR = "editor"
    READER = "reader"


class WaitingStatus(StrEnum):
    WAITING = "waiting"
    # A place came free, and this person is asked whether they still can.
    ASKED = "asked"
    PLACED = "placed"
    # Said no, or did not answer in time; or could no longer be placed.
    PASSED = "passed"
    LEFT = "left"
    # The shift is over, or is not held.
    OVER = "over"


_LIVE = text("status IN ('waiting', 'asked')")


class Organisation(SQLModel, table=True):
    """A club, foundation or institution that asks for volunteers."""

    __table_args__ = (
        Index(
            "uq_organisation_name",
            "municipality_id",
            "name_key",
            unique=True,
            sqlite_where=text("status != 'ended'"),
            postgresql_where=text("status != 'ended'"),
        ),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    municipality_id: UUID = Field(foreign_key="municipality.id", index=True)
    name: str = Field(max_length=80)
    # The name in small letters with single spaces, so that no two go by the same one.
    name_key: str = Field(max_length=80)
    about: str = Field(max_length=1000)
    website: str = Field(default="", max_length=200)
    # A telephone number or address of the organisation itself, for everybody to read.
    reached_by: str = Field(default="", max_length=120)
    postcode: str = Field(max_length=6)
    neighbourhood: str = Field(max_length=60)
    # Whom people and staff can turn to: one of the members.
    contact_id: UUID | None = Field(default=None, foreign_key="person.id", index=True)
    status: OrganisationStatus = Field(default=OrganisationStatus.NEW, sa_type=enum_of(OrganisationStatus), index=True)
    founded_at: datetime = Field(sa_type=UtcDateTime)
    seen_by_id: UUID | None = Field(default=None, foreign_key="person.id")
    seen_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    # Under which name staff saw it, where it goes by another one since; empty once they saw that too.
    was_called: str = Field(default="", max_length=80)
    renamed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    version: int = 1


class OrganisationMember(SQLModel, table=True):
    """Somebody who acts for an organisation, as long as the row is there."""

    __tablename__ = "organisation_member"

    organisation_id: UUID = Field(foreign_key="organisation.id", primary_key=True)
    person_id: UUID = Field(foreign_key="person.id", primary_key=True, index=True)
    role: MemberRole = Field(sa_type=enum_of(MemberRole))
    since_at: datetime = Field(sa_type=UtcDateTime)


class OrganisationInvitation(SQLModel, table=True):
    """A link by which the owner of one address may join an organisation, until a time."""

    __tablename__ = "organisation_invitation"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    municipality_id: UUID = Field(foreign_key="municipality.id", index=True)
    organisation_id: UUID = Field(foreign_key="organisation.id", index=True)
    email: str = Field(max_length=254, index=True)
    role: MemberRole = Field(sa_type=enum_of(MemberRole))
    invited_by_id: UUID = Field(foreign_key="person.id")
    invited_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    # Accepted, or taken back: the link is of no use any more.
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Vacancy(SQLModel, table=True):
    """What an organisation seeks people for. Each shift is a request of its own; a continuing one has one request."""

    __table_args__ = (CheckConstraint("hours_per_week >= 0", name="hours"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    municipality_id: UUID = Field(foreign_key="municipality.id", index=True)
    organisation_id: UUID = Field(foreign_key="organisation.id", index=True)
    title: str = Field(max_length=80)
    text: str = Field(max_length=1000)
    skill_code: str = Field(foreign_key="skill.code", max_length=40)
    postcode: str = Field(max_length=6)
    street: str = Field(default="", max_length=80)
    house_number: str = Field(default="", max_length=10)
    neighbourhood: str = Field(max_length=60)
    precision: Precision = Field(sa_type=enum_of(Precision))
    # 0 for what is once, with shifts.
    hours_per_week: int = 0
    questions: list[str] = Field(sa_type=Json)
    is_chosen_by_requester: bool = False
    min_age: int = 0
    posted_by_id: UUID = Field(foreign_key="person.id")
    posted_at: datetime = Field(sa_type=UtcDateTime)
    # Withdrawn as a whole. What is over ends by its requests.
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    copied_from_id: UUID | None = Field(default=None, foreign_key="vacancy.id")


class VacancyAnswer(SQLModel, table=True):
    """What somebody who offers answered to a question of a vacancy; read by who chooses, and by nobody else."""

    __tablename__ = "vacancy_answer"

    vacancy_id: UUID = Field(foreign_key="vacancy.id", primary_key=True)
    person_id: UUID = Field(foreign_key="person.id", primary_key=True, index=True)
    number: int = Field(primary_key=True)
    text: str = Field(max_length=500)
    answered_at: datetime = Field(sa_type=UtcDateTime)


class WaitingPlace(SQLModel, table=True):
    """Somebody who waits for a place in a shift that is full; first come, first asked."""

    __tablename__ = "waiting_place"
    __table_args__ = (
        Index(
            "uq_waiting_place_live",
            "request_id",
            "person_id",
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    municipality_id: UUID = Field(foreign_key="municipality.id", index=True)
    request_id: UUID = Field(foreign_key="help_request.id", index=True)
    person_id: UUID = Field(foreign_key="person.id", index=True)
    offer_id: UUID = Field(foreign_key="offer.id")
    # "Ook op het laatste moment": placed at once when a place comes free, without being asked again.
    is_sure: bool = False
    joined_at: datetime = Field(sa_type=UtcDateTime)
    status: WaitingStatus = Field(default=WaitingStatus.WAITING, sa_type=enum_of(WaitingStatus), index=True)
    # By which they were asked or placed.
    proposal_id: UUID | None = Field(default=None, foreign_key="proposal.id", index=True)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    version: int = 1


class GroupActivity(SQLModel, table=True):
    """Something that an organisation does for everybody: come along. Joining is no match and is not counted."""

    __tablename__ = "group_activity"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="order"),
        CheckConstraint("places > 0 AND taken >= 0 AND taken <= places", name="room"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    municipality_id: UUID = Field(foreign_key="municipality.id", index=True)
    organisation_id: UUID = Field(foreign_key="organisation.id", index=True)
    title: str = Field(max_length=80)
    text: str = Field(max_length=1000)
    # A public place, in words: "clubhuis De Contreie, Leijsenhoek 2".
    venue: str = Field(max_length=120)
    starts_at: datetime = Field(sa_type=UtcDateTime, index=True)
    ends_at: datetime = Field(sa_type=UtcDateTime)
    places: int
    taken: int = 0
    made_by_id: UUID = Field(foreign_key="person.id")
    made_at: datetime = Field(sa_type=UtcDateTime)
    cancelled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class GroupActivityPlace(SQLModel, table=True):
    """Somebody comes along."""

    __tablename__ = "group_activity_place"

    activity_id: UUID = Field(foreign_key="group_activity.id", primary_key=True)
    person_id: UUID = Field(foreign_key="person.id", primary_key=True, index=True)
    joined_at: datetime = Field(sa_type=UtcDateTime)
