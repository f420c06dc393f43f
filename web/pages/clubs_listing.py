"""Open vacancies for other sites: in a frame, as JSON, and what search engines may read."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlmodel import Session

from marketplace.errors import NotFound
from marketplace.models import Organisation, OrganisationStatus
from marketplace.queries import organisations as queries
from marketplace.queries import vacancies as vacancy_queries
from marketplace.queries.vacancies import VacancyRow
from web.labels.requests import sentence_case
from web.pages.clubs import ORGANISATIONS, free_words
from web.rendering import Site

# Nothing that could end a header or widen what it allows.
_ORIGIN: Final = re.compile(r"https://[a-z0-9.-]{4,120}")
NOBODY: Final = "'none'"
# Public, the same for everybody, and few: search engines may read these and no private person's question.
_PAGES: Final = ("/", "/organisaties", "/vrijwilligers", "/hulpvragen", "/helpen", "/hulp-vragen", "/privacy")
_NOT_FOR_ENGINES: Final = (
    *("/hulpvragen/", "/vrijwilligers/", "/mijn", "/werk", "/ritten", "/rit/", "/cijfers", "/koppelingen"),
    *("/voorstellen", "/antwoord", "/inloggen", "/uitnodiging", "/inbed", "/agenda", "/overdracht", "/hoe-was-het"),
)


@dataclass(frozen=True)
class EmbeddedVacancy:
    """One line of the list in a frame."""

    url: str
    title: str
    organisation: str
    neighbourhood: str
    free: str


@dataclass(frozen=True)
class EmbedPage:
    """A list that stands in a frame of another site; its links open a window of their own."""

    title: str
    vacancies: tuple[EmbeddedVacancy, ...]
    more: str


def get_listed(session: Session, organisation_id: UUID, municipality_id: UUID) -> Organisation:
    """An organisation that staff have seen. Raises NotFound."""
    organisation = queries.get(session, organisation_id)
    if organisation.status is not OrganisationStatus.CONFIRMED or organisation.municipality_id != municipality_id:
        raise NotFound(f"organisation {organisation_id}")
    return organisation


def read_embed(session: Session, site: Site, *, organisation: Organisation | None, now: datetime) -> EmbedPage:
    """The open vacancies of one organisation, or of all."""
    rows = vacancy_queries.list_open(
        session, site.municipality_id, now=now, organisation_id=organisation.id if organisation else None
    )
    more = f"{site.base_url}{ORGANISATIONS}{f'/{organisation.id}' if organisation else ''}"
    name = organisation.name if organisation else site.municipality
    return EmbedPage(
        title=f"Vrijwilligers gezocht: {name}",
        vacancies=tuple(_line(row, site, now) for row in rows),
        more=more,
    )


def origins_of(written: str) -> str:
    """The sites that may frame something, as the header wants them; what is no plain https site is left out."""
    found = [word for word in written.lower().split() if _ORIGIN.fullmatch(word)]
    return " ".join(found) or NOBODY


def origin_of(website: str) -> str:
    """The site of an organisation without its path."""
    return origins_of("/".join(website.split("/")[:3]))


def sitemap(session: Session, site: Site, *, now: datetime) -> str:
    """The public pages, the organisations and their open vacancies."""
    organisations = queries.list_listed(session, site.municipality_id)
    vacancies = vacancy_queries.list_open(session, site.municipality_id, now=now)
    paths = [
        *_PAGES,
        *(f"{ORGANISATIONS}/{one.id}" for one in organisations),
        *(f"/vacatures/{row.vacancy.id}" for row in vacancies),
    ]
    lines = "".join(f"<url><loc>{site.base_url}{path}</loc></url>\n" for path in paths)
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
    return f"{head}{lines}</urlset>\n"


def robots(site: Site) -> str:
    """What search engines leave alone: the questions of private people among it."""
    denied = "".join(f"Disallow: {path}\n" for path in _NOT_FOR_ENGINES)
    return f"User-agent: *\n{denied}Sitemap: {site.base_url}/sitemap.xml\n"


def _line(row: VacancyRow, site: Site, now: datetime) -> EmbeddedVacancy:
    return EmbeddedVacancy(
        url=f"{site.base_url}/vacatures/{row.vacancy.id}",
        title=row.vacancy.title,
        organisation=row.organisation.name,
        neighbourhood=row.vacancy.neighbourhood,
        free=sentence_case(free_words(row, now)) + ".",
    )
