"""Together rather than alone: places and what goes on there, a garden day for a street, one thing to do now."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from marketplace.models.columns import Json, UtcDateTime, enum_of, new_id
from marketplace.models.matches import Origin


class Known(StrEnum):
    """What is known of something that people ask; what nobody told us is unknown, never no."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class PlaceKind(StrEnum):
    ACTIVITY_CENTRE = "activity_centre"
    VILLAGE_HALL = "village_hall"
    LIBRARY = "library"
    ARTS = "arts"
    SPORTS = "sports"
    PARK = "park"
    OTHER = "other"


class Place(SQLModel, table=True):
    """Somewhere to go. Kept by staff; nothing in it is personal."""

    __table_args__ = (UniqueConstraint("municipality_id", "code"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    municipality_id: UUID = Field(foreign_key="municipality.id", index=True)
    # Names it in the data file; one that staff added has its own id as its code.
    code: str = Field(max_length=40)
    name: str = Field(max_length=80)
    kind: PlaceKind = Field(sa_type=enum_of(PlaceKind))
    about: str = Field(default="", max_length=300)
    street: str = Field(default="", max_length=80)
    # Empty where it is not known where it is; then it has no point either.
    postcode: str = Field(default="", max_length=6)
    neighbourhood: str = Field(default="", max_length=60)
    latitude: float | None = None
    longitude: float | None = None
    telephone: str = Field(default="", max_length=20)
    website: str = Field(default="", max_length=200)
    wheelchair: Known = Field(default=Known.UNKNOWN, sa_type=enum_of(Known))
    # Where what stands here comes from.
    source: str = Field(default="", max_length=200)
    # For a demo: such a place or time is nobody's, and every page says so.
    is_made_up: bool = False
    checked_on: date | None = None
    checked_by_id: UUID | None = Field(default=None, foreign_key="person.id")
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    version: int = 1


class ActivityKind(StrEnum):
    OPEN_HOUSE = "open_house"
    COFFEE = "coffee"
    MEAL = "meal"
    MOVING = "moving"
    GAMES = "games"
    CREATIVE = "creative"
    MUSIC = "music"
    LANGUAGE = "language"
    DIGITAL = "digital"
    OUTDOORS = "outdoors"


class Activity(SQLModel, table=True):
    """Something that goes on at a place, at times in `ActivityTime` and `ActivityDate`."""

    __table_args__ = (CheckConstraint("cost_cents >= 0", name="cost"),)

    id: UUID = Field(default_factory=new_id, primary_key=True)
    municipality_id: UUID = Field(foreign_key="municipality.id", index=True)
    place_id: UUID = Field(foreign_key="place.id", index=True)
    title: str = Field(max_length=80)
    kind: ActivityKind = Field(sa_type=enum_of(ActivityKind))
    about: str = Field(default="", max_length=300)
    # 0 is free; None is not known.
    cost_cents: int | None = None
    # Whether its weekly times also hold on public holidays.
    on_holidays: Known = Field(default=Known.UNKNOWN, sa_type=enum_of(Known))
    # Between which days its weekly times hold; None is since ever, and until further notice.
    from_on: date | None = None
    until_on: date | None = None
    is_made_up: bool = False
    checked_on: date | None = None
    checked_by_id: UUID | None = Field(default=None, foreign_key="person.id")
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    version: int = 1


class ActivityTime(SQLModel, table=True):
    """A piece of every week, in local time (see OfferAvailability)."""

    __tablename__ = "activity_time"
    __table_args__ = (
        CheckConstraint("weekday >= 0 AND weekday <= 6", name="weekday"),
        CheckConstraint("start_minute >= 0 AND start_minute < end_minute AND end_minute <= 1440", name="minutes"),
    )

    activity_id: UUID = Field(foreign_key="activity.id", primary_key=True)
    weekday: int = Field(primary_key=True)
    start_minute: int = Field(primary_key=True)
    end_minute: int


class ActivityDate(SQLModel, table=True):
    """One day that is otherwise: with these times instead of the weekly ones, or (both None) not at all."""

    __tablename__ = "activity_date"
    __table_args__ = (
        CheckConstraint("(start_minute IS NULL) = (end_minute IS NULL)", name="both"),
        CheckConstraint(
            "start_minute IS NULL OR (start_minute >= 0 AND start_minute < end_minute AND end_minute <= 1440)",
            name="minutes",
        ),
    )

    activity_id: UUID = Field(foreign_key="activity.id", primary_key=True)
    day: date = Field(primary_key=True)
    start_minute: int | None = None
    end_minute: int | None = None


class ActivityLinkKind(StrEnum):
    # The request asks for somebody who comes along the first time.
    ALONG = "along"
    # Who asked goes there, and needs no volunteer any more.
    INSTEAD = "instead"


class ActivityLink(SQLModel, table=True):
    """A request and the activity that it has to do with."""

    __tablename__ = "activity_link"

    request_id: UUID = Field(foreign_key="help_request.id", primary_key=True)
    kind: ActivityLinkKind = Field(primary_key=True, sa_type=enum_of(ActivityLinkKind))
    activity_id: UUID = Field(foreign_key="activity.id", index=True)
    municipality_id: UUID = Field(foreign_key="municipality.id", index=True)
    starts_at: datetime = Field(sa_type=UtcDateTime)
    at: datetime = Field(sa_type=UtcDateTime)


class GardenDayStatus(StrEnum):
    # A coordinator asked somebody to lead it, who has not answered yet.
    LEADER_ASKED = "leader_asked"
    # Somebody leads it; whose gardens they are is asked, one by one.
    PLANNED = "planned"
    DONE = "done"
    CALLED_OFF = "called_off"


class GardenDay(SQLModel, table=True):
    """A group that does several gardens near each other on one day."""

    __tablename__ = "garden_day"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at AND answer_by < starts_at", name="order"),
        CheckConstraint("people > 0 AND lent >= 0", name="amounts"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    municipality_id: UUID = Field(foreign_key="municipality.id", index=True)
    group_name: str = Field(max_length=80)
    # Whose people come, where it is an organisation that is known here.
    organisation_id: UUID | None = Field(default=None, foreign_key="organisation.id", index=True)
    people: int
    # Who leads the group there, by the offer with which they help: addresses are shown to them alone.
    leader_id: UUID = Field(foreign_key="person.id", index=True)
    offer_id: UUID = Field(foreign_key="offer.id")
    starts_at: datetime = Field(sa_type=UtcDateTime, index=True)
    ends_at: datetime = Field(sa_type=UtcDateTime)
    # Until when whose gardens they are may answer.
    answer_by: datetime = Field(sa_type=UtcDateTime)
    # `application`: the group offered itself on the public list; `coordinator`: staff brought them together.
    origin: Origin = Field(sa_type=enum_of(Origin))
    planned_by_id: UUID = Field(foreign_key="person.id")
    planned_at: datetime = Field(sa_type=UtcDateTime)
    status: GardenDayStatus = Field(sa_type=enum_of(GardenDayStatus), index=True)
    # Owner None is the clockwork, until something waits for a person.
    owner_id: UUID | None = Field(default=None, foreign_key="person.id", index=True)
    next_moment_at: datetime = Field(sa_type=UtcDateTime)
    # Places that the leader's offer has more for this day, and gives back after it.
    lent: int = 0
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    version: int = 1


class GardenStatus(StrEnum):
    # Its owner is asked as soon as somebody leads the day.
    WAITING = "waiting"
    ASKED = "asked"
    AGREED = "agreed"
    DECLINED = "declined"
    # Found somebody else meanwhile, was withdrawn, or did not answer: nothing changed for the request.
    GONE = "gone"
    DONE = "done"
    # Was agreed, and not done after all: the search goes on.
    BACK = "back"


_IN_HAND = text("status IN ('waiting', 'asked', 'agreed')")


class Garden(SQLModel, table=True):
    """One garden of a garden day: a request, which goes on by itself until its owner says yes."""

    __table_args__ = (
        Index("uq_garden_in_hand", "request_id", unique=True, sqlite_where=_IN_HAND, postgresql_where=_IN_HAND),
    )

    garden_day_id: UUID = Field(foreign_key="garden_day.id", primary_key=True)
    request_id: UUID = Field(foreign_key="help_request.id", primary_key=True)
    municipality_id: UUID = Field(foreign_key="municipality.id", index=True)
    status: GardenStatus = Field(sa_type=enum_of(GardenStatus), index=True)
    match_id: UUID | None = Field(default=None, foreign_key="match.id")
    asked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    version: int = 1


_WAITING = text("told_at IS NULL")


class TaskAlert(SQLModel, table=True):
    """Somebody wanted to do something now, and nothing fitted: told once as soon as something does, for some days."""

    __tablename__ = "task_alert"
    __table_args__ = (
        Index(
            "uq_task_alert_waiting",
            "municipality_id",
            "email",
            unique=True,
            sqlite_where=_WAITING,
            postgresql_where=_WAITING,
        ),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    municipality_id: UUID = Field(foreign_key="municipality.id", index=True)
    email: str = Field(max_length=254)
    postcode: str = Field(max_length=6)
    latitude: float
    longitude: float
    # Groups of kinds of help, as `together.tasks.LIKES` calls them; empty for whatever there is.
    likes: list[str] = Field(sa_type=Json)
    asked_at: datetime = Field(sa_type=UtcDateTime)
    until_at: datetime = Field(sa_type=UtcDateTime, index=True)
    told_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
