"""A person's own pages. Somebody else's request looks as if it were not there."""

from typing import Final
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect
from sqlmodel import Session

from marketplace import people, permissions, posting, representation, responses
from marketplace.clock import Clock
from marketplace.database import Sessions
from marketplace.errors import IllegalTransition, InvalidInput, NoRoom, NotFound, SlotTaken
from marketplace.lifecycle import request_status
from marketplace.models import HelpRequest
from marketplace.permissions import Actor
from marketplace.queries import market, matches, meetings, mine, offers, requests
from marketplace.queries.people import get_person
from web.dependencies import AfterCommit, Given
from web.forms.details import read_details, write_details
from web.forms.reading import read_line
from web.guards import requires_fresh_proof, requires_sign_in
from web.labels.problems import sentences_of
from web.pages.my_page import (
    DetailsPage,
    Mine,
    Standing,
    WithdrawPage,
    make_my_page,
    make_placed_page,
    make_representing_page,
    make_request_page,
)
from web.rendering import HttpRequest, Site, redirect, render

_GONE: Final = "Er is intussen iets veranderd. Zo staat het nu."
Typed = URLEncodedBody[dict[str, str | list[str]]]


class MyPageController(Controller):
    """For whoever is signed in."""

    path = "/mijn"
    guards = (requires_sign_in,)

    @get("/", sync_to_thread=True)
    def show(
        self,
        request: HttpRequest,
        sessions: Given[Sessions],
        clock: Given[Clock],
        site: Given[Site],
        actor: Given[Actor],
    ) -> Response[str]:
        """What waits for me, what I agreed, what has been."""
        now = clock()
        with sessions.read() as session:
            asked = mine.list_asked(session, actor.person_id, now=now)
            running = mine.list_matches(session, actor.person_id, is_running=True)
            about = [*(row.request_id for row in asked), *(row.request_id for row in running)]
            found = Mine(
                asked=asked,
                running=running,
                ended=mine.list_matches(session, actor.person_id, is_running=False),
                open_requests=mine.list_requests(session, actor.person_id, is_open=True),
                closed_requests=mine.list_requests(session, actor.person_id, is_open=False),
                times=mine.read_times(session, about),
                dates=meetings.find_standing_dates(session, [row.match_id for row in running]),
                offer=offers.find_live_offer_of(session, actor.person_id, site.municipality_id),
            )
            page = make_my_page(found, now=now)
        return render("mine/my_page.html", page, request=request)

    @get("/vragen/{request_id:uuid}", sync_to_thread=True)
    def show_request(
        self,
        request: HttpRequest,
        request_id: FromPath[UUID],
        sessions: Given[Sessions],
        clock: Given[Clock],
        site: Given[Site],
        actor: Given[Actor],
    ) -> Response[str]:
        """How my request stands."""
        now = clock()
        with sessions.read() as session:
            own = _own(session, request_id, actor)
            standing = Standing(
                request=own,
                skill_label=market.read_skill_table(session)[own.skill_code].label_nl,
                status=request_status([slot.status for slot in requests.list_slots(session, own.id)]),
                times=mine.read_times(session, [own.id])[own.id],
                answers=mine.count_answers(session, own.id),
                waiting=mine.list_waiting_rows(session, own.id, now=now),
                matches=mine.list_matches_of(session, own.id),
                coordinator=get_person(session, own.owner_id).first_name if own.owner_id else "",
                organisation=site.organisation,
                has_coming_time=mine.has_coming_time(session, own.id, now=now),
                other=_other_name(session, own, actor),
                is_helped=own.requester_id == actor.person_id,
            )
            page = make_request_page(standing, now=now)
        return render("mine/request.html", page, request=request)

    @get("/vragen/{request_id:uuid}/geplaatst", sync_to_thread=True)
    def placed(
        self,
        request: HttpRequest,
        request_id: FromPath[UUID],
        sessions: Given[Sessions],
        clock: Given[Clock],
        site: Given[Site],
        actor: Given[Actor],
        anders: FromQuery[str] = "",
    ) -> Response[str]:
        """Right after posting: what happens next, and when."""
        with sessions.read() as session:
            own = _own(session, request_id, actor)
            page = make_placed_page(own, organisation=site.organisation, is_other=bool(anders), now=clock())
        return render("mine/placed.html", page, request=request)

    @post("/vragen/{request_id:uuid}/kies", sync_to_thread=True)
    def choose(
        self,
        request: HttpRequest,
        request_id: FromPath[UUID],
        data: Typed,
        sessions: Given[Sessions],
        clock: Given[Clock],
        actor: Given[Actor],
        after_commit: Given[AfterCommit],
    ) -> Redirect:
        """Take one of those who offered, or let one go, who is thanked."""
        here = f"/mijn/vragen/{request_id}"
        is_yes = read_line(data, "keuze") == "ja"
        try:
            with sessions.begin() as session:
                proposal_id, name = _candidate(session, request_id, read_line(data, "proposal"), actor)
                if is_yes:
                    match = responses.choose(session, proposal_id=proposal_id, actor=actor, now=clock())
                    path, told = f"/koppelingen/{match.id}", f"Fijn. {name} krijgt nu bericht."
                else:
                    responses.refuse(session, proposal_id=proposal_id, actor=actor, now=clock())
                    path, told = here, f"Goed. Wij bedanken {name} en zoeken verder."
        except NoRoom:
            told = "Deze helper helpt intussen al iemand anders. Wij zoeken verder voor u."
            return redirect(here, request=request, flash=told, kind="info")
        except (SlotTaken, IllegalTransition):
            return redirect(here, request=request, flash=_GONE, kind="info")
        after_commit()
        return redirect(path, request=request, flash=told)

    @post("/vragen/{request_id:uuid}/verder-zoeken", sync_to_thread=True)
    def look_further(
        self,
        request: HttpRequest,
        request_id: FromPath[UUID],
        sessions: Given[Sessions],
        clock: Given[Clock],
        actor: Given[Actor],
        after_commit: Given[AfterCommit],
    ) -> Redirect:
        """A week more, and people are asked again."""
        here = f"/mijn/vragen/{request_id}"
        try:
            with sessions.begin() as session:
                _own(session, request_id, actor)
                posting.look_further(session, request_id=request_id, actor=actor, now=clock())
        except IllegalTransition:
            return redirect(here, request=request, flash=_GONE, kind="info")
        after_commit()
        return redirect(here, request=request, flash="Wij zoeken een week verder voor u.")

    @get("/vragen/{request_id:uuid}/intrekken", sync_to_thread=True)
    def ask_withdraw(
        self, request: HttpRequest, request_id: FromPath[UUID], sessions: Given[Sessions], actor: Given[Actor]
    ) -> Response[str] | Redirect:
        """Is it meant?"""
        here = f"/mijn/vragen/{request_id}"
        with sessions.read() as session:
            own = _own(session, request_id, actor)
            if own.ended_at is not None:
                return redirect(here, request=request)
            names = [name for _, name, _ in mine.list_matches_of(session, own.id)]
            what = market.read_skill_table(session)[own.skill_code].label_nl
        told = (
            f"Wij vertellen {' en '.join(names)} dat het niet doorgaat."
            if names
            else "Wie wij vroegen, krijgt bericht."
        )
        page = WithdrawPage(here, what, ("Wij stoppen dan met zoeken.", told))
        return render("mine/withdraw.html", page, request=request)

    @post("/vragen/{request_id:uuid}/intrekken", sync_to_thread=True)
    def withdraw(
        self,
        request: HttpRequest,
        request_id: FromPath[UUID],
        sessions: Given[Sessions],
        clock: Given[Clock],
        actor: Given[Actor],
        after_commit: Given[AfterCommit],
    ) -> Redirect:
        """No help is needed any more."""
        with sessions.begin() as session:
            _own(session, request_id, actor)
            posting.withdraw_request(session, request_id=request_id, actor=actor, now=clock())
        after_commit()
        return redirect("/mijn", request=request, flash="Uw vraag is ingetrokken. Wie wij vroegen, krijgt bericht.")

    @get("/vragen/{request_id:uuid}/namens", sync_to_thread=True)
    def ask_end_representation(
        self, request: HttpRequest, request_id: FromPath[UUID], sessions: Given[Sessions], actor: Given[Actor]
    ) -> Response[str] | Redirect:
        """Nobody in my name any more, or I in nobody's: is it meant?"""
        with sessions.read() as session:
            own = _own(session, request_id, actor)
            if own.representative_id is None:
                return redirect(f"/mijn/vragen/{request_id}", request=request)
            is_helped = own.requester_id == actor.person_id
            other = get_person(session, own.representative_id if is_helped else own.requester_id).first_name
        page = make_representing_page(f"/mijn/vragen/{request_id}", other, is_helped=is_helped)
        return render("mine/representing.html", page, request=request)

    @post("/vragen/{request_id:uuid}/namens", sync_to_thread=True)
    def end_representation(
        self,
        request: HttpRequest,
        request_id: FromPath[UUID],
        sessions: Given[Sessions],
        clock: Given[Clock],
        actor: Given[Actor],
        after_commit: Given[AfterCommit],
    ) -> Redirect:
        """The one who is helped decides alone from now on."""
        with sessions.begin() as session:
            own = _own(session, request_id, actor)
            is_helped = own.requester_id == actor.person_id
            representation.end(session, request_id=request_id, actor=actor, now=clock())
        after_commit()
        if is_helped:
            return redirect(f"/mijn/vragen/{request_id}", request=request, flash="Goed. U beslist vanaf nu zelf.")
        return redirect("/mijn", request=request, flash="Goed. U vraagt niet meer in hun naam.")

    @get("/gegevens", guards=[requires_fresh_proof], sync_to_thread=True)
    def show_details(self, request: HttpRequest, sessions: Given[Sessions], actor: Given[Actor]) -> Response[str]:
        """What I am called, how I can be reached, and what of that is shared."""
        with sessions.read() as session:
            person = get_person(session, actor.person_id)
            page = DetailsPage(write_details(person), person.email or "")
        return render("mine/details.html", page, request=request)

    @post("/gegevens", guards=[requires_fresh_proof], sync_to_thread=True)
    def change_details(
        self, request: HttpRequest, data: Typed, sessions: Given[Sessions], actor: Given[Actor]
    ) -> Response[str] | Redirect:
        """Change them."""
        typed = read_details(data)
        try:
            with sessions.begin() as session:
                email = get_person(session, actor.person_id).email or ""
                people.update_details(session, actor=actor, details=typed)
        except InvalidInput as refused:
            page = DetailsPage(typed, email, sentences_of(refused.problems))
            return render("mine/details.html", page, request=request, status=400)
        return redirect("/mijn", request=request, flash="Uw gegevens zijn aangepast.")


def _own(session: Session, request_id: UUID, actor: Actor) -> HelpRequest:
    """A request of one's own. Raises NotFound, also where it is somebody else's."""
    found = requests.get_request(session, request_id)
    if not permissions.is_requester(actor, found):
        raise NotFound(f"request {request_id}")
    return found


def _other_name(session: Session, own: HelpRequest, actor: Actor) -> str:
    """Who asks in one's name, or in whose name one asks; empty where people ask for themselves."""
    if own.representative_id is None:
        return ""
    other = own.representative_id if own.requester_id == actor.person_id else own.requester_id
    return get_person(session, other).first_name


def _candidate(session: Session, request_id: UUID, typed_id: str, actor: Actor) -> tuple[UUID, str]:
    """The proposal that a button stands for, of this request, and who it is. Raises NotFound."""
    _own(session, request_id, actor)
    try:
        proposal = matches.get_proposal(session, UUID(typed_id))
    except ValueError:
        raise NotFound("a proposal") from None
    if proposal.request_id != request_id:
        raise NotFound(f"proposal {proposal.id}")
    return proposal.id, get_person(session, proposal.person_id).first_name
