"""People: one person, one file. Being staff is a role; helping and asking are what somebody does."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from marketplace.models.columns import UtcDateTime, enum_of, new_id


class StaffRoleKind(StrEnum):
    COORDINATOR = "coordinator"
    TEAM_LEAD = "team_lead"
    RIDE_PLANNER = "ride_planner"
    # Introduces trained buddies, and has those cases only.
    BUDDY_COORDINATOR = "buddy_coordinator"
    READER = "reader"
    # Reads worries that were passed on, which nobody else may.
    CONCERN_HANDLER = "concern_handler"


class ContactBy(StrEnum):
    """How somebody is told things; without e-mail a text message, a letter or a call serves as well."""

    EMAIL = "email"
    TELEPHONE = "telephone"
    LETTER = "letter"
    SMS = "sms"


class Person(SQLModel, table=True):
    """Somebody who asks, helps or works here. Global: not bound to one municipality."""

    id: UUID = Field(default_factory=new_id, primary_key=True)
    first_name: str = Field(max_length=60)
    last_name: str = Field(default="", max_length=80)
    # Stored in lower case, so that unique means unique to the mail server.
    email: str | None = Field(default=None, unique=True, max_length=254)
    telephone: str | None = Field(default=None, max_length=20)
    share_telephone: bool = True
    share_email: bool = False
    contact_by: ContactBy = Field(default=ContactBy.EMAIL, sa_type=enum_of(ContactBy))
    # "Wil niet meer gebeld worden": whatever is urgent goes by letter then.
    may_be_called: bool = True
    # Where letters go; shown to staff only, who send them.
    postcode: str = Field(default="", max_length=6)
    street: str = Field(default="", max_length=80)
    house_number: str = Field(default="", max_length=10)
    # In public by the initial only, for who asked for that.
    shows_initial_only: bool = False
    birth_year: int | None = None
    # Only of who is not eighteen yet: then it decides what they may do. Emptied on that birthday.
    born_on: date | None = None
    # Counts up to end the links of a calendar feed that went astray.
    feed_version: int = 0
    created_at: datetime = Field(sa_type=UtcDateTime)
    active_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    warned_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    erased_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    # The file was a second one of somebody, and their things are there now.
    merged_into_id: UUID | None = Field(default=None, foreign_key="person.id", index=True)


class StaffRole(SQLModel, table=True):
    """What somebody does for the organisation in one municipality, while it lasts."""

    __tablename__ = "staff_role"
    __table_args__ = (UniqueConstraint("municipality_id", "person_id", "kind"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    municipality_id: UUID = Field(foreign_key="municipality.id", index=True)
    person_id: UUID = Field(foreign_key="person.id", index=True)
    kind: StaffRoleKind = Field(sa_type=enum_of(StaffRoleKind))
    from_at: datetime = Field(sa_type=UtcDateTime)
    until_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class QualificationSeen(SQLModel, table=True):
    """That a document was seen, by whom and when. The document and its number are never stored."""

    __tablename__ = "qualification_seen"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    municipality_id: UUID = Field(foreign_key="municipality.id", index=True)
    person_id: UUID = Field(foreign_key="person.id", index=True)
    code: str = Field(max_length=40)
    seen_on: date
    seen_by_id: UUID = Field(foreign_key="person.id")
    valid_until: date | None = None


class Duty(SQLModel, table=True):
    """Who takes escalated requests of an area, from when until when."""

    id: UUID = Field(default_factory=new_id, primary_key=True)
    municipality_id: UUID = Field(foreign_key="municipality.id", index=True)
    person_id: UUID = Field(foreign_key="person.id", index=True)
    # A 4-digit postcode; None is on duty for the whole municipality.
    area: str | None = Field(default=None, max_length=4)
    # One of the four work areas; None is on duty for all of them.
    work_area: str | None = Field(default=None, max_length=40)
    from_at: datetime = Field(sa_type=UtcDateTime, index=True)
    until_at: datetime = Field(sa_type=UtcDateTime)


class Absence(SQLModel, table=True):
    """A member of staff is away: their cases go to somebody else on the first day, and come back after the last."""

    __table_args__ = (CheckConstraint("from_at < until_at", name="order"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    municipality_id: UUID = Field(foreign_key="municipality.id", index=True)
    person_id: UUID = Field(foreign_key="person.id", index=True)
    # Who takes their place; None leaves it to who is on duty, and then to the team lead.
    stand_in_id: UUID | None = Field(default=None, foreign_key="person.id")
    from_at: datetime = Field(sa_type=UtcDateTime, index=True)
    until_at: datetime = Field(sa_type=UtcDateTime)
    noted_by_id: UUID = Field(foreign_key="person.id")
    begun_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class PassedCase(SQLModel, table=True):
    """A case that somebody else has while its owner is away, and where it went."""

    __tablename__ = "passed_case"

    absence_id: UUID = Field(foreign_key="absence.id", primary_key=True)
    request_id: UUID = Field(foreign_key="help_request.id", primary_key=True)
    to_id: UUID = Field(foreign_key="person.id")
    passed_at: datetime = Field(sa_type=UtcDateTime)
    returned_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class BarredPair(SQLModel, table=True):
    """Two people who are never brought together (again); read in both directions."""

    __tablename__ = "barred_pair"

    person_id: UUID = Field(foreign_key="person.id", primary_key=True)
    other_id: UUID = Field(foreign_key="person.id", primary_key=True, index=True)
    municipality_id: UUID = Field(foreign_key="municipality.id", index=True)
    barred_at: datetime = Field(sa_type=UtcDateTime)
