"""Standard texts that staff use: every version stays."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel

from marketplace.models.columns import UtcDateTime


class StandardText(SQLModel, table=True):
    """One version of one text of one municipality; the highest number is in use, unless it says it is not."""

    __tablename__ = "standard_text"
    __table_args__ = (CheckConstraint("version > 0", name="version"),)

    municipality_id: UUID = Field(foreign_key="municipality.id", primary_key=True)
    # What the text is called in addresses; of one that came with the site, its own code.
    code: str = Field(primary_key=True, max_length=40)
    version: int = Field(primary_key=True)
    title: str = Field(max_length=80)
    text: str = Field(max_length=2000)
    # Not in use any more.
    is_retired: bool = False
    written_by_id: UUID = Field(foreign_key="person.id")
    at: datetime = Field(sa_type=UtcDateTime)
