"""Looking around: requests for who wants to help, volunteers for who asks."""

from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath, FromQuery

from marketplace import permissions, responses
from marketplace.errors import DoesNotFit, InvalidInput, NoRoom, SlotTaken
from marketplace.queries import meeting, offers, requests
from matching.rules import Rule
from web.dependencies import Answer, Given, Typed, Visit
from web.forms.finding import read_page, read_point, read_search
from web.forms.reading import read_id, read_line
from web.guards import requires_sign_in
from web.labels.problems import sentences_of
from web.labels.rules import OTHERS_ASKED, Hint, hints_for_volunteer, sentences_for_requester
from web.pages import finding as pages

_CHOOSE = "Kies voor welke vraag u hulp zoekt."


class FindingController(Controller):
    """Looking is open to everybody; offering and asking need signing in."""

    @get("/hulpvragen", sync_to_thread=True)
    def list_requests(self, visit: Given[Visit]) -> Response[str]:
        """The open requests. A postcode that is none is said; the list stands without it."""
        search, point, problems = read_search(visit.request.query_params), None, dict[str, str]()
        with visit.sessions.read() as session:
            own_point = pages.find_own_point(session, visit.visitor, visit.site.municipality_id)
            try:
                point = read_point(search, knows_own=own_point is not None)
            except InvalidInput as refused:
                problems = sentences_of(refused.problems)
            page = pages.read_list(
                session,
                search,
                municipality_id=visit.site.municipality_id,
                municipality=visit.site.municipality,
                now=visit.now,
                visitor=visit.visitor,
                typed_point=point,
                errors=problems,
            )
        return visit.render("finding/requests.html", page, status=400 if problems else 200)

    @get("/hulpvragen/{request_id:uuid}", sync_to_thread=True)
    def show_request(self, visit: Given[Visit], request_id: FromPath[UUID]) -> Answer:
        """One request; whoever asks it goes to their own page of it."""
        with visit.sessions.read() as session:
            visitor = visit.visitor
            if (vacancy_id := requests.get_request(session, request_id).vacancy_id) is not None:
                return visit.redirect(f"/vacatures/{vacancy_id}")
            if visitor is not None and permissions.is_requester(visitor, requests.get_request(session, request_id)):
                return visit.redirect(f"/mijn/vragen/{request_id}")
            page = pages.read_request_page(
                session, request_id, municipality_id=visit.site.municipality_id, visitor=visitor, now=visit.now
            )
        return visit.render("finding/request.html", page)

    @post("/hulpvragen/{request_id:uuid}/ik-help", guards=[requires_sign_in], sync_to_thread=True)
    def offer_help(self, visit: Given[Visit], request_id: FromPath[UUID]) -> Answer:
        """I help. Pressed twice, or by fifty at once, each hears how it stands for them."""
        page_of_request = f"/hulpvragen/{request_id}"
        try:
            with visit.sessions.begin() as session:
                asked = requests.get_request(session, request_id)
                if asked.vacancy_id is not None:  # with its questions, and its other shifts
                    return visit.redirect(f"/vacatures/{asked.vacancy_id}")
                if permissions.is_requester(visit.actor, asked):
                    return visit.redirect(page_of_request)
                if offers.find_live_offer_of(session, visit.actor.person_id, asked.municipality_id) is None:
                    return visit.redirect(f"/helpen?terug={page_of_request}")
                answer = responses.apply(session, request_id=request_id, actor=visit.actor, now=visit.now)
        except SlotTaken:
            return _refuse(visit, request_id, is_taken=True)
        except DoesNotFit as refused:
            return _refuse(visit, request_id, hints_for_volunteer(refused.reasons))
        except NoRoom:
            return _refuse(visit, request_id, hints_for_volunteer([Rule.CAPACITY]))
        visit.after_commit()
        return visit.redirect(f"/voorstellen/{answer.proposal_id}")

    @get("/vrijwilligers", sync_to_thread=True)
    def list_volunteers(self, visit: Given[Visit]) -> Response[str]:
        """Who put themselves on the list."""
        typed = visit.request.query_params
        with visit.sessions.read() as session:
            page = pages.read_volunteers(
                session,
                municipality_id=visit.site.municipality_id,
                now=visit.now,
                area=read_line(typed, "gebied"),
                number=read_page(typed),
                visitor_id=visit.visitor.person_id if visit.visitor else None,
            )
        return visit.render("finding/volunteers.html", page)

    @get("/vrijwilligers/{offer_id:uuid}", sync_to_thread=True)
    def show_volunteer(self, visit: Given[Visit], offer_id: FromPath[UUID]) -> Response[str]:
        """One of them."""
        return _show_volunteer(visit, offer_id)

    @post("/vrijwilligers/{offer_id:uuid}/vraag", guards=[requires_sign_in], sync_to_thread=True)
    def ask_volunteer(self, visit: Given[Visit], data: Typed, offer_id: FromPath[UUID]) -> Answer:
        """A resident asks this volunteer for a request of their own."""
        request_id = read_id(read_line(data, "hulpvraag"))
        if request_id is None:
            return _show_volunteer(visit, offer_id, {"hulpvraag": _CHOOSE})
        is_asked = f"/vrijwilligers/{offer_id}/gevraagd?hulpvraag={request_id}"
        try:
            with visit.sessions.begin() as session:
                if pages.find_asked_page(session, request_id, offer_id, actor=visit.actor, now=visit.now) is not None:
                    return visit.redirect(is_asked)
                responses.ask_volunteer(
                    session, request_id=request_id, offer_id=offer_id, actor=visit.actor, now=visit.now
                )
        except (DoesNotFit, SlotTaken) as refused:
            reasons = refused.reasons if isinstance(refused, DoesNotFit) else (Rule.NO_FREE_SLOT.value,)
            return _not_asked(visit, request_id, offer_id, reasons)
        visit.after_commit()
        return visit.redirect(is_asked)

    @get("/vrijwilligers/{offer_id:uuid}/gevraagd", guards=[requires_sign_in], sync_to_thread=True)
    def asked(self, visit: Given[Visit], offer_id: FromPath[UUID], hulpvraag: FromQuery[UUID]) -> Answer:
        """This volunteer was asked. Once they answered, the page of the request says how it stands."""
        with visit.sessions.read() as session:
            page = pages.find_asked_page(session, hulpvraag, offer_id, actor=visit.actor, now=visit.now)
        if page is None:
            return visit.redirect(f"/mijn/vragen/{hulpvraag}")
        return visit.render("finding/asked.html", page)


def _refuse(visit: Visit, request_id: UUID, hints: tuple[Hint, ...] = (), *, is_taken: bool = False) -> Response[str]:
    with visit.sessions.read() as session:
        page = pages.read_refused_page(
            session,
            request_id,
            hints=hints,
            is_taken=is_taken,
            municipality_id=visit.site.municipality_id,
            visitor=visit.actor,
            now=visit.now,
        )
    return visit.render("finding/refused.html", page, status=409)


def _not_asked(visit: Visit, request_id: UUID, offer_id: UUID, reasons: tuple[str, ...]) -> Response[str]:
    with visit.sessions.read() as session:
        name = meeting.get_first_name(session, offers.get_offer(session, offer_id).person_id)
        page = pages.read_not_asked(
            session,
            request_id,
            sentences_for_requester(reasons, name),
            others_asked=OTHERS_ASKED in reasons,
            now=visit.now,
            name=name,
        )
    return visit.render("finding/not_asked.html", page, status=409)


def _show_volunteer(visit: Visit, offer_id: UUID, errors: dict[str, str] | None = None) -> Response[str]:
    with visit.sessions.read() as session:
        page = pages.read_volunteer(
            session,
            offer_id,
            municipality_id=visit.site.municipality_id,
            visitor=visit.visitor,
            now=visit.now,
            errors=errors,
        )
    return visit.render("finding/volunteer.html", page, status=400 if errors else 200)
