"""The social map for everybody, somebody who comes along, and going there instead."""

from typing import Final
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath, FromQuery
from sqlmodel import Session

from marketplace import drafts, permissions, posting
from marketplace.errors import InvalidInput, NotFound
from marketplace.models import ActivityLinkKind, DraftKind
from marketplace.queries import catalogue, requests, social_map
from marketplace.queries.social_map import ActivityFacts
from marketplace.timetables import Sitting, list_sittings
from marketplace.together import along
from web import publishing
from web.cookies import Cookies
from web.dependencies import Answer, Given, Typed, Visit
from web.forms.asking import check_who, keep_who
from web.forms.reading import Form, read_day, read_id, read_line
from web.forms.social_map import read_map_search
from web.guards import requires_sign_in
from web.labels.problems import sentences_of
from web.pages import social_map as pages

_OVER: Final = "Dit moment is voorbij. Kies een moment dat nog komt."
_HAVE_FUN: Final = "Goed. Wij zoeken niet verder. Veel plezier!"
_NO_PLACE: Final = "Wij weten niet precies waar dit is. Bel ons, dan zoeken wij iemand die meegaat."


class SocialMapController(Controller):
    """Open to everybody."""

    path = pages.MAP

    @get("/", sync_to_thread=True)
    def show(self, visit: Given[Visit]) -> Response[str]:
        """What goes on, by day."""
        search = read_map_search(visit.request.query_params)
        with visit.sessions.read() as session:
            page = pages.read_map(
                session,
                search,
                municipality_id=visit.site.municipality_id,
                municipality=visit.site.municipality,
                now=visit.now,
            )
        return visit.render("together/map.html", page)

    @get("/weekblad", sync_to_thread=True)
    def sheet(self, visit: Given[Visit], wijk: FromQuery[str] = "", week: FromQuery[str] = "") -> Response[str]:
        """A week on paper, for who has no e-mail."""
        with visit.sessions.read() as session:
            page = pages.read_sheet(
                session,
                wijk,
                week,
                municipality_id=visit.site.municipality_id,
                municipality=visit.site.municipality,
                now=visit.now,
            )
        return visit.render("together/sheet.html", page)

    @get("/plekken/{place_id:uuid}", sync_to_thread=True)
    def place(self, visit: Given[Visit], place_id: FromPath[UUID]) -> Response[str]:
        """One place."""
        with visit.sessions.read() as session:
            page = pages.read_place(
                session,
                place_id,
                municipality_id=visit.site.municipality_id,
                is_desk=_is_desk(visit),
                now=visit.now,
            )
        return visit.render("together/place.html", page)

    @get("/activiteiten/{activity_id:uuid}", sync_to_thread=True)
    def activity(self, visit: Given[Visit], activity_id: FromPath[UUID]) -> Response[str]:
        """One activity."""
        with visit.sessions.read() as session:
            page = pages.read_activity(
                session,
                activity_id,
                municipality_id=visit.site.municipality_id,
                is_known=visit.visitor is not None,
                is_desk=_is_desk(visit),
                now=visit.now,
            )
        return visit.render("together/activity.html", page)

    @get("/activiteiten/{activity_id:uuid}/mee", sync_to_thread=True)
    def who(self, visit: Given[Visit], activity_id: FromPath[UUID], op: FromQuery[str] = "") -> Answer:
        """Who asks; whoever is signed in need not say."""
        here = f"{pages.MAP}/activiteiten/{activity_id}"
        if visit.visitor is not None:
            return visit.redirect(here)
        with visit.sessions.read() as session:
            found = _find(session, visit, activity_id, op)
        if found is None:
            return visit.redirect(here, flash=_OVER, kind="info")
        page = pages.make_along(*found, {"share_telephone": "ja"}, {}, now=visit.now)
        return visit.render("together/along.html", page)

    @post("/activiteiten/{activity_id:uuid}/mee", sync_to_thread=True)
    def ask_along(self, visit: Given[Visit], activity_id: FromPath[UUID], data: Typed, jar: Given[Cookies]) -> Answer:
        """One tap asks for somebody who comes along; who is not known yet gets a mail first."""
        here, at = f"{pages.MAP}/activiteiten/{activity_id}", read_line(data, "op")
        try:
            if visit.visitor is None:
                return _keep_draft(visit, activity_id, data, jar, here)
            with visit.sessions.begin() as session:
                found = _find(session, visit, activity_id, at)
                if found is None:
                    return visit.redirect(here, flash=_OVER, kind="info")
                municipality = catalogue.get_municipality(session, visit.site.municipality_id)
                request = publishing.post_along(
                    session,
                    activity_id,
                    found[1].starts_at,
                    municipality=municipality,
                    actor=visit.visitor,
                    now=visit.now,
                )
        except InvalidInput as refused:
            told = _NO_PLACE if "place_unknown" in refused.problems.values() else _OVER
            return visit.redirect(here, flash=told, kind="info")
        visit.after_commit()
        return visit.redirect(f"/mijn/vragen/{request.id}/geplaatst")


class GoingThereController(Controller):
    """Who asked goes to an activity instead."""

    path = "/mijn/vragen/{request_id:uuid}/daarheen"
    guards = (requires_sign_in,)

    @post("/", sync_to_thread=True)
    def go(self, visit: Given[Visit], request_id: FromPath[UUID], data: Typed) -> Answer:
        """No volunteer is needed any more, and why; counted as such."""
        activity_id = read_id(read_line(data, "activiteit"))
        with visit.sessions.begin() as session:
            request = requests.lock_request(session, request_id)
            if not permissions.is_requester(visit.actor, request) or activity_id is None:
                raise NotFound(f"request {request_id}")
            found = _find(session, visit, activity_id, read_line(data, "op"))
            if found is None:
                return visit.redirect(f"/mijn/vragen/{request_id}", flash=_OVER, kind="info")
            posting.withdraw_request(
                session, request_id=request_id, actor=visit.actor, now=visit.now, because=along.GOES_THERE
            )
            along.note(
                session,
                request,
                ActivityLinkKind.INSTEAD,
                activity_id=activity_id,
                starts_at=found[1].starts_at,
                actor=visit.actor,
                now=visit.now,
            )
        visit.after_commit()
        return visit.redirect(f"{pages.MAP}/activiteiten/{activity_id}", flash=_HAVE_FUN)


def _is_desk(visit: Visit) -> bool:
    return visit.visitor is not None and visit.visitor.is_desk


def _find(session: Session, visit: Visit, activity_id: UUID, at: str) -> tuple[ActivityFacts, Sitting] | None:
    """The activity, and the time that a link or button stands for; None where that is over. Raises NotFound."""
    facts = social_map.get_activity(session, activity_id, visit.site.municipality_id)
    day = read_day(at.partition("T")[0])
    for sitting in list_sittings(facts.times, day, day) if day else ():
        if pages.key_of(sitting) == at and sitting.starts_at > visit.now:
            return facts, sitting
    return None


def _keep_draft(visit: Visit, activity_id: UUID, data: Form, jar: Cookies, here: str) -> Answer:
    answers = keep_who(data)
    problems = check_who(answers, is_known=False)
    with visit.sessions.begin() as session:
        found = _find(session, visit, activity_id, read_line(data, "op"))
        if found is None:
            return visit.redirect(here, flash=_OVER, kind="info")
        if problems:
            page = pages.make_along(*found, answers, sentences_of(problems), now=visit.now)
            return visit.render("together/along.html", page, status=400)
        draft, _ = drafts.begin(
            session,
            DraftKind.REQUEST,
            municipality_id=visit.site.municipality_id,
            now=visit.now,
            answers=answers | {"activity_id": str(activity_id), "starts_at": found[1].starts_at.isoformat()},
        )
        path = publishing.place(session, draft, visitor=None, now=visit.now, waits_at="/kijk-in-uw-mail")
    visit.after_commit()
    return visit.redirect(path)
