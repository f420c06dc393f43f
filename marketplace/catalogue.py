"""What every installation begins with: the kinds of help, and the municipality itself."""

from datetime import datetime
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlmodel import Session

from marketplace.models import Municipality, Skill
from marketplace.queries import catalogue as queries
from marketplace.settings import Settings
from matching.skills import SkillTable


def load_skills(session: Session, table: SkillTable) -> None:
    """Make the skill table equal to ``matching/skills.csv``. A code that left the file stays: requests may name it."""
    known = {skill.code: skill for skill in queries.list_skills(session)}
    for code, skill in table.items():
        row = known.get(code)
        if row is None:
            row = Skill(code=code, work_area="", label_nl="", label_en="", requires=[], synonyms=[])
            session.add(row)
        row.work_area, row.label_nl, row.label_en = skill.work_area, skill.label_nl, skill.label_en
        row.requires, row.synonyms = sorted(skill.requires), list(skill.synonyms)
    session.flush()


def load_municipality(session: Session, settings: Settings, *, now: datetime) -> Municipality:
    """The municipality of this site, made or brought up to date."""
    row = queries.find_municipality(session, settings.municipality_slug)
    if row is None:
        slug = settings.municipality_slug
        row = Municipality(id=id_of(slug), slug=slug, name="", organisation="", telephone="", created_at=now)
        session.add(row)
    row.name, row.organisation, row.telephone = (
        settings.municipality_name,
        settings.organisation,
        settings.telephone,
    )
    session.flush()
    return row


def id_of(slug: str) -> UUID:
    """The same municipality gets the same id everywhere, so that two installations can be told apart or joined."""
    return uuid5(NAMESPACE_URL, f"municipality:{slug}")
