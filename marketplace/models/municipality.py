"""The municipality that a row belongs to, and the kinds of help its people know."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from marketplace.models.columns import Json, UtcDateTime, new_id


class Municipality(SQLModel, table=True):
    """One city on this installation, with the organisation that runs the desk."""

    id: UUID = Field(default_factory=new_id, primary_key=True)
    slug: str = Field(unique=True, max_length=40)
    name: str = Field(max_length=80)
    organisation: str = Field(max_length=80)
    telephone: str = Field(max_length=20)
    created_at: datetime = Field(sa_type=UtcDateTime)


class Skill(SQLModel, table=True):
    """A kind of help. The table mirrors matching/skills.csv; ``migrate`` keeps the two equal."""

    code: str = Field(primary_key=True, max_length=40)
    work_area: str = Field(index=True, max_length=40)
    label_nl: str = Field(max_length=80)
    label_en: str = Field(max_length=80)
    requires: list[str] = Field(sa_type=Json)
    synonyms: list[str] = Field(sa_type=Json)
