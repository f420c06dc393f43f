"""What volunteers offer: skills, place, reach, availability and limits."""

from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, Computed, Index, Integer, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from marketplace.models.columns import Json, UtcDateTime, enum_of, new_id


class Precision(StrEnum):
    """How exact a point is; nothing finer than this may be shown or relied on."""

    POSTCODE4 = "postcode4"
    POSTCODE6 = "postcode6"
    ADDRESS = "address"


# Up to the first, up to the second and so on, or farther: people are looked up by how far they go. The form offers
# just these, which most people choose.
REACHES_KM: Final = (2.0, 5.0, 10.0, 20.0)
# How many zones go into a degree, north and east: in the Netherlands each is some five and a half kilometres wide.
ZONES_NORTH: Final = 20
ZONES_EAST: Final = 12
# Room for every zone to the east, and for every zone at all.
ROW: Final = 10_000
CLASS: Final = 100_000_000

# One database rounds where the other cuts off: which of two neighbouring zones somebody is in may differ at the edge.
_CLASSES: Final = " ".join(f"WHEN reach_km <= {up_to} THEN {number}" for number, up_to in enumerate(REACHES_KM))
_ZONE: Final = (
    f"CASE {_CLASSES} ELSE {len(REACHES_KM)} END * {CLASS}"
    f" + CAST((latitude + 90) * {ZONES_NORTH} AS INTEGER) * {ROW}"
    f" + CAST((longitude + 180) * {ZONES_EAST} AS INTEGER)"
)


class Offer(SQLModel, table=True):
    """One volunteer's standing offer in one municipality."""

    __table_args__ = (
        UniqueConstraint("municipality_id", "person_id"),
        CheckConstraint("engaged >= 0 AND engaged <= capacity", name="room"),
        CheckConstraint("reach_km > 0 AND asked_per_week >= 0 AND capacity >= 0", name="limits"),
        # Who lives near a place is looked up by zones, and told apart without a look at the rows themselves.
        Index("ix_offer_home", "zone", "latitude", "longitude", "reach_km", "skills_in_brief", "week_in_brief", "id"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    municipality_id: UUID = Field(foreign_key="municipality.id", index=True)
    person_id: UUID = Field(foreign_key="person.id", index=True)
    sentence: str = Field(default="", max_length=200)
    postcode: str = Field(max_length=6)
    neighbourhood: str = Field(max_length=60)
    latitude: float
    longitude: float
    precision: Precision = Field(sa_type=enum_of(Precision))
    # Where that is in the coarse, and how far they go: worked out by the database itself.
    zone: int | None = Field(default=None, sa_column=Column(Integer, Computed(_ZONE, persisted=True), nullable=False))
    reach_km: float = Field(default=5.0, index=True)
    capacity: int = 2
    # Running matches; only lifecycle moves it, under the CHECK above.
    engaged: int = 0
    asked_per_week: int = 2
    languages: list[str] = Field(sa_type=Json)
    is_public: bool = False
    # What its rows of skills and availability say, once more: codes, and "weekday:start:end" in minutes, with spaces
    # between. A round reads hundreds of offers at once. `offering` writes both, and `verify` holds them together.
    skills_in_brief: str = ""
    week_in_brief: str = ""
    paused_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    # A pause that is still to begin, as for a holiday; when it begins it becomes the pause above.
    holiday_from: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)
    holiday_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    offered_at: datetime = Field(sa_type=UtcDateTime)
    changed_at: datetime = Field(sa_type=UtcDateTime)
    left_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class OfferSkill(SQLModel, table=True):
    """A kind of help that a volunteer offers; rested after "dit soort niet" until they change their offer."""

    __tablename__ = "offer_skill"
    __table_args__ = (
        # Few are rested, and they are looked for among hundreds of people.
        Index(
            "ix_offer_skill_rested",
            "offer_id",
            sqlite_where=text("rested_at IS NOT NULL"),
            postgresql_where=text("rested_at IS NOT NULL"),
        ),
    )

    offer_id: UUID = Field(foreign_key="offer.id", primary_key=True)
    skill_code: str = Field(foreign_key="skill.code", primary_key=True, max_length=40)
    rested_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class OfferAvailability(SQLModel, table=True):
    """A piece of the week, in local time: weekday 0 is Monday, minutes since midnight, 1440 ends the day."""

    __tablename__ = "offer_availability"
    __table_args__ = (
        CheckConstraint("weekday >= 0 AND weekday <= 6", name="weekday"),
        CheckConstraint("start_minute >= 0 AND start_minute < end_minute AND end_minute <= 1440", name="minutes"),
    )

    offer_id: UUID = Field(foreign_key="offer.id", primary_key=True)
    weekday: int = Field(primary_key=True)
    start_minute: int = Field(primary_key=True)
    end_minute: int
