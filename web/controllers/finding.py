"""Looking around: requests for who wants to help, volunteers for who asks."""

from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect

from marketplace import permissions, responses
from marketplace.clock import Clock
from marketplace.database import Sessions
from marketplace.errors import DoesNotFit, InvalidInput, NoRoom, SlotTaken
from marketplace.permissions import Actor
from marketplace.queries import meeting, offers, requests
from matching.rules import Rule
from web.dependencies import AfterCommit, Given
from web.forms.finding import read_page, read_point, read_search
from web.forms.reading import read_line
from web.guards import requires_sign_in
from web.labels.problems import sentences_of
from web.labels.rules import OTHERS_ASKED, Hint, hints_for_volunteer, sentences_for_requester
from web.pages import finding as pages
from web.rendering import HttpRequest, Site, redirect, render

_CHOOSE = "Kies voor welke vraag u hulp zoekt."


class FindingController(Controller):
    """Looking is open to everybody; offering and asking need signing in."""

    @get("/hulpvragen", sync_to_thread=True)
    def list_requests(
        self,
        request: HttpRequest,
        sessions: Given[Sessions],
        clock: Given[Clock],
        site: Given[Site],
        visitor: Given[Actor | None],
    ) -> Response[str]:
        """The open requests. A postcode that is none is said; the list stands without it."""
        search, point, problems = read_search(request.query_params), None, dict[str, str]()
        with sessions.read() as session:
            own_point = pages.find_own_point(session, visitor, site.municipality_id)
            try:
                point = read_point(search, knows_own=own_point is not None)
            except InvalidInput as refused:
                problems = sentences_of(refused.problems)
            page = pages.read_list(
                session,
                search,
                municipality_id=site.municipality_id,
                municipality=site.municipality,
                now=clock(),
                visitor=visitor,
                typed_point=point,
                errors=problems,
            )
        return render("finding/requests.html", page, request=request, status=400 if problems else 200)

    @get("/hulpvragen/{request_id:uuid}", sync_to_thread=True)
    def show_request(
        self,
        request: HttpRequest,
        request_id: FromPath[UUID],
        sessions: Given[Sessions],
        clock: Given[Clock],
        site: Given[Site],
        visitor: Given[Actor | None],
    ) -> Response[str] | Redirect:
        """One request; whoever asks it goes to their own page of it."""
        with sessions.read() as session:
            if visitor is not None and permissions.is_requester(visitor, requests.get_request(session, request_id)):
                return redirect(f"/mijn/vragen/{request_id}", request=request)
            page = pages.read_request_page(
                session, request_id, municipality_id=site.municipality_id, visitor=visitor, now=clock()
            )
        return render("finding/request.html", page, request=request)

    @post("/hulpvragen/{request_id:uuid}/ik-help", guards=[requires_sign_in], sync_to_thread=True)
    def offer_help(
        self,
        request: HttpRequest,
        request_id: FromPath[UUID],
        sessions: Given[Sessions],
        clock: Given[Clock],
        site: Given[Site],
        actor: Given[Actor],
        after_commit: Given[AfterCommit],
    ) -> Response[str] | Redirect:
        """I help. Pressed twice, or by fifty at once, each hears how it stands for them."""
        page_of_request = f"/hulpvragen/{request_id}"
        try:
            with sessions.begin() as session:
                asked = requests.get_request(session, request_id)
                if permissions.is_requester(actor, asked):
                    return redirect(page_of_request, request=request)
                if offers.find_live_offer_of(session, actor.person_id, asked.municipality_id) is None:
                    return redirect(f"/helpen?terug={page_of_request}", request=request)
                answer = responses.apply(session, request_id=request_id, actor=actor, now=clock())
        except SlotTaken:
            return _refuse(request, request_id, (), True, sessions, clock, site, actor)
        except DoesNotFit as refused:
            hints = hints_for_volunteer(refused.reasons)
            return _refuse(request, request_id, hints, False, sessions, clock, site, actor)
        except NoRoom:
            hints = hints_for_volunteer([Rule.CAPACITY])
            return _refuse(request, request_id, hints, False, sessions, clock, site, actor)
        after_commit()
        return redirect(f"/voorstellen/{answer.proposal_id}", request=request)

    @get("/vrijwilligers", sync_to_thread=True)
    def list_volunteers(
        self, request: HttpRequest, sessions: Given[Sessions], clock: Given[Clock], site: Given[Site]
    ) -> Response[str]:
        """Who put themselves on the list."""
        typed = request.query_params
        with sessions.read() as session:
            page = pages.read_volunteers(
                session,
                municipality_id=site.municipality_id,
                now=clock(),
                area=read_line(typed, "gebied"),
                number=read_page(typed),
            )
        return render("finding/volunteers.html", page, request=request)

    @get("/vrijwilligers/{offer_id:uuid}", sync_to_thread=True)
    def show_volunteer(
        self,
        request: HttpRequest,
        offer_id: FromPath[UUID],
        sessions: Given[Sessions],
        clock: Given[Clock],
        site: Given[Site],
        visitor: Given[Actor | None],
    ) -> Response[str]:
        """One of them."""
        with sessions.read() as session:
            page = pages.read_volunteer(
                session, offer_id, municipality_id=site.municipality_id, visitor=visitor, now=clock()
            )
        return render("finding/volunteer.html", page, request=request)

    @post("/vrijwilligers/{offer_id:uuid}/vraag", guards=[requires_sign_in], sync_to_thread=True)
    def ask_volunteer(
        self,
        request: HttpRequest,
        data: URLEncodedBody[dict[str, Any]],
        offer_id: FromPath[UUID],
        sessions: Given[Sessions],
        clock: Given[Clock],
        site: Given[Site],
        actor: Given[Actor],
        after_commit: Given[AfterCommit],
    ) -> Response[str] | Redirect:
        """A resident asks this volunteer for a request of their own."""
        request_id = _read_id(read_line(data, "hulpvraag"))
        if request_id is None:
            return _choose_again(request, offer_id, sessions, clock, site, actor)
        is_asked = f"/vrijwilligers/{offer_id}/gevraagd?hulpvraag={request_id}"
        try:
            with sessions.begin() as session:
                if pages.find_asked_page(session, request_id, offer_id, actor=actor, now=clock()) is not None:
                    return redirect(is_asked, request=request)
                responses.ask_volunteer(session, request_id=request_id, offer_id=offer_id, actor=actor, now=clock())
        except (DoesNotFit, SlotTaken) as refused:
            reasons = refused.reasons if isinstance(refused, DoesNotFit) else (Rule.NO_FREE_SLOT.value,)
            return _not_asked(request, request_id, offer_id, reasons, sessions, clock)
        after_commit()
        return redirect(is_asked, request=request)

    @get("/vrijwilligers/{offer_id:uuid}/gevraagd", guards=[requires_sign_in], sync_to_thread=True)
    def asked(
        self,
        request: HttpRequest,
        offer_id: FromPath[UUID],
        hulpvraag: FromQuery[UUID],
        sessions: Given[Sessions],
        clock: Given[Clock],
        actor: Given[Actor],
    ) -> Response[str] | Redirect:
        """This volunteer was asked. Once they answered, the page of the request says how it stands."""
        with sessions.read() as session:
            page = pages.find_asked_page(session, hulpvraag, offer_id, actor=actor, now=clock())
        if page is None:
            return redirect(f"/mijn/vragen/{hulpvraag}", request=request)
        return render("finding/asked.html", page, request=request)


def _refuse(
    request: HttpRequest,
    request_id: UUID,
    hints: tuple[Hint, ...],
    is_taken: bool,
    sessions: Sessions,
    clock: Clock,
    site: Site,
    actor: Actor,
) -> Response[str]:
    with sessions.read() as session:
        page = pages.read_refused_page(
            session,
            request_id,
            hints=hints,
            is_taken=is_taken,
            municipality_id=site.municipality_id,
            visitor=actor,
            now=clock(),
        )
    return render("finding/refused.html", page, request=request, status=409)


def _not_asked(
    request: HttpRequest,
    request_id: UUID,
    offer_id: UUID,
    reasons: tuple[str, ...],
    sessions: Sessions,
    clock: Clock,
) -> Response[str]:
    with sessions.read() as session:
        name = meeting.get_first_name(session, offers.get_offer(session, offer_id).person_id)
        page = pages.read_not_asked(
            session,
            request_id,
            sentences_for_requester(reasons, name),
            others_asked=OTHERS_ASKED in reasons,
            now=clock(),
            name=name,
        )
    return render("finding/not_asked.html", page, request=request, status=409)


def _choose_again(
    request: HttpRequest, offer_id: UUID, sessions: Sessions, clock: Clock, site: Site, actor: Actor
) -> Response[str]:
    with sessions.read() as session:
        page = pages.read_volunteer(
            session,
            offer_id,
            municipality_id=site.municipality_id,
            visitor=actor,
            now=clock(),
            errors={"hulpvraag": _CHOOSE},
        )
    return render("finding/volunteer.html", page, request=request, status=400)


def _read_id(typed: str) -> UUID | None:
    try:
        return UUID(typed)
    except ValueError:
        return None
