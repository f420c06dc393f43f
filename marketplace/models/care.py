"""That somebody of the staff spoke with a volunteer, or thanked them. No words: those belong in no file."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlmodel import Field, SQLModel

from marketplace.models.columns import Sequence, UtcDateTime, enum_of


class CareKind(StrEnum):
    SPOKEN = "spoken"
    THANKED = "thanked"


class CareTouch(SQLModel, table=True):
    """One moment of care for one volunteer."""

    __tablename__ = "care_touch"

    seq: int | None = Field(default=None, primary_key=True, sa_type=Sequence)
    municipality_id: UUID = Field(foreign_key="municipality.id", index=True)
    person_id: UUID = Field(foreign_key="person.id", index=True)
    kind: CareKind = Field(sa_type=enum_of(CareKind))
    by_id: UUID = Field(foreign_key="person.id")
    at: datetime = Field(sa_type=UtcDateTime)
