"""Open vacancies as JSON, for the site of the municipality or an organisation. Nothing of any person stands in it."""

import hashlib
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec
from litestar import Controller, Response, get
from litestar.params import FromPath

from marketplace.policies import AMSTERDAM
from marketplace.queries import vacancies as queries
from marketplace.queries.vacancies import ShiftRow, VacancyRow
from web.dependencies import Given, Visit
from web.middleware import let_others_fetch
from web.pages.clubs import ORGANISATIONS
from web.pages.clubs_listing import get_listed
from web.rendering import Site

KEPT: Final = "public, max-age=300"


class Shift(msgspec.Struct, frozen=True):
    """When, by the clock on the wall with its offset, and how many places are free. What is every week has no times."""

    starts_at: str | None
    ends_at: str | None
    places: int
    free: int


class OpenVacancy(msgspec.Struct, frozen=True):
    """One vacancy; the place is no finer than the neighbourhood."""

    id: str
    url: str
    title: str
    text: str
    kind: str
    organisation: str
    organisation_url: str
    neighbourhood: str
    posted_at: str
    hours_per_week: int
    shifts: list[Shift]


class OpenVacancies(msgspec.Struct, frozen=True):
    """All that is open now."""

    municipality: str
    vacancies: list[OpenVacancy]


class VacanciesApi(Controller):
    """Read by machines: kept five minutes, and answered with 304 where nothing changed."""

    path = "/api"
    opt = {"exclude_from_csrf": True}

    @get("/vacatures", sync_to_thread=True)
    def list_all(self, visit: Given[Visit]) -> Response[bytes]:
        """Every organisation's."""
        return _answer(visit, None)

    @get("/organisaties/{organisation_id:uuid}/vacatures", sync_to_thread=True)
    def list_one(self, visit: Given[Visit], organisation_id: FromPath[UUID]) -> Response[bytes]:
        """One organisation's."""
        return _answer(visit, organisation_id)


def _answer(visit: Visit, organisation_id: UUID | None) -> Response[bytes]:
    with visit.sessions.read() as session:
        if organisation_id is not None:
            get_listed(session, organisation_id, visit.site.municipality_id)
        rows = queries.list_open(session, visit.site.municipality_id, now=visit.now, organisation_id=organisation_id)
        found = OpenVacancies(visit.site.municipality, [_vacancy(row, visit.site, visit.now) for row in rows])
    body = msgspec.json.encode(found)
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    let_others_fetch(visit.request.scope)
    headers = {"Cache-Control": KEPT, "ETag": tag}
    if visit.request.headers.get("If-None-Match") == tag:
        return Response(b"", status_code=304, headers=headers, media_type="application/json")
    return Response(body, headers=headers, media_type="application/json")


def _vacancy(row: VacancyRow, site: Site, now: datetime) -> OpenVacancy:
    vacancy = row.vacancy
    return OpenVacancy(
        id=str(vacancy.id),
        url=f"{site.base_url}/vacatures/{vacancy.id}",
        title=vacancy.title,
        text=vacancy.text,
        kind=row.skill_label,
        organisation=row.organisation.name,
        organisation_url=f"{site.base_url}{ORGANISATIONS}/{row.organisation.id}",
        neighbourhood=vacancy.neighbourhood,
        posted_at=_local(vacancy.posted_at),
        hours_per_week=vacancy.hours_per_week,
        shifts=[_shift(shift) for shift in row.shifts if shift.is_open(now)],
    )


def _shift(shift: ShiftRow) -> Shift:
    window = shift.windows[0] if shift.windows else None
    return Shift(
        _local(window.starts_at) if window else None,
        _local(window.ends_at) if window else None,
        shift.places,
        shift.free,
    )


def _local(instant: datetime) -> str:
    return instant.astimezone(AMSTERDAM).isoformat(timespec="minutes")
