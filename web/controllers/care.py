"""Care for volunteers, for the desk."""

from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath, FromQuery

from marketplace import care
from marketplace.errors import InvalidInput, NotFound
from marketplace.models import CareKind
from web.dependencies import Answer, Given, Typed, Visit
from web.forms.reading import read_day, read_line, read_whole
from web.guards import requires_desk
from web.pages import care as pages

_TOUCHES = {
    "gesproken": (CareKind.SPOKEN, "Genoteerd. Een maand lang vragen wij hier geen aandacht meer voor."),
    "bedankt": (CareKind.THANKED, "Genoteerd dat u bedankte. Dat doet mensen goed."),
}


class CareController(Controller):
    """The list, and one volunteer. Looking at one is logged."""

    path = pages.CARE
    guards = [requires_desk]

    @get("/", sync_to_thread=True)
    def show_all(self, visit: Given[Visit], wie: FromQuery[str] = "", bladzijde: FromQuery[str] = "") -> Response[str]:
        """Who deserves attention; all of them with one reason where that is asked."""
        with visit.sessions.read() as session:
            page = pages.read_care_page(
                session,
                visit.site.municipality_id,
                actor=visit.actor,
                now=visit.now,
                of=wie,
                number=read_whole(bladzijde) or 1,
            )
        return visit.render("care/list.html", page)

    @get("/{offer_id:uuid}", sync_to_thread=True)
    def show(self, visit: Given[Visit], offer_id: FromPath[UUID]) -> Response[str]:
        """One volunteer."""
        return _show(visit, offer_id)

    @post("/{offer_id:uuid}/contact", sync_to_thread=True)
    def touch(self, visit: Given[Visit], offer_id: FromPath[UUID], data: Typed) -> Answer:
        """Spoken with, or thanked."""
        found = _TOUCHES.get(read_line(data, "wat"))
        if found is None:
            raise NotFound("a kind of care")
        with visit.sessions.begin() as session:
            care.touch(session, found[0], offer_id=offer_id, **_where(visit))
        return visit.redirect(f"{pages.CARE}/{offer_id}", flash=found[1])

    @post("/{offer_id:uuid}/papier", sync_to_thread=True)
    def see(self, visit: Given[Visit], offer_id: FromPath[UUID], data: Typed) -> Answer:
        """A certificate was seen, or a training done."""
        typed = {name: read_line(data, name) for name in ("code", "seen_on", "valid_until")}
        try:
            valid_until = read_day(typed["valid_until"])
            if typed["valid_until"] and valid_until is None:
                raise InvalidInput({"valid_until": "respond_by_form"})
            with visit.sessions.begin() as session:
                care.see_certificate(
                    session,
                    offer_id=offer_id,
                    code=typed["code"],
                    seen_on=read_day(typed["seen_on"]),
                    valid_until=valid_until,
                    **_where(visit),
                )
        except InvalidInput as refused:
            return _show(visit, offer_id, typed=typed, problems=refused.problems)
        visit.after_commit()
        return visit.redirect(f"{pages.CARE}/{offer_id}", flash="Genoteerd. Het papier zelf bewaren wij niet.")


def _show(
    visit: Visit, offer_id: UUID, *, typed: dict[str, str] | None = None, problems: dict[str, str] | None = None
) -> Response[str]:
    where = _where(visit)
    with visit.sessions.begin() as session:
        fares, person = care.look(session, offer_id=offer_id, **where)
        page = pages.read_volunteer_page(
            session,
            fares,
            person,
            municipality_id=visit.site.municipality_id,
            now=visit.now,
            typed=typed,
            problems=problems,
        )
    return visit.render("care/volunteer.html", page, status=400 if problems else 200)


def _where(visit: Visit) -> dict[str, Any]:
    return {"actor": visit.actor, "municipality_id": visit.site.municipality_id, "now": visit.now}
