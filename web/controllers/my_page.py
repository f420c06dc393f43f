"""A person's own pages. Somebody else's request looks as if it were not there."""

from dataclasses import replace
from typing import Final
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from sqlmodel import Session

from marketplace import people, permissions, posting, relaxing, representation, responses
from marketplace.errors import IllegalTransition, InvalidInput, NoRoom, NotFound, Overtaken, SlotTaken
from marketplace.lifecycle import request_status
from marketplace.models import HelpRequest
from marketplace.permissions import Actor
from marketplace.queries import market, matches, meetings, mine, moderation, offers, requests
from marketplace.queries.handovers import is_answer_wanted
from marketplace.queries.people import get_person
from marketplace.queries.relaxing import find_open
from web.dependencies import Answer, Given, Typed, Visit
from web.forms.details import read_details
from web.forms.reading import read_id, read_line
from web.guards import requires_fresh_proof, requires_sign_in
from web.labels.problems import sentences_of
from web.pages.beside import find_beside, with_garden_days
from web.pages.buddies import list_items as buddy_items
from web.pages.clubs import list_own as own_organisations
from web.pages.clubs_managing import my_lines as lines_of_organisations
from web.pages.driving import coming_drives, driver_of
from web.pages.my_page import (
    Mine,
    Standing,
    WithdrawPage,
    make_my_page,
    make_placed_page,
    make_request_page,
)
from web.pages.own_rides import coming_rides
from web.pages.recognition import own_service
from web.pages.representing import make_representing_page
from web.pages.series import coming_series
from web.pages.talk import waiting_items
from web.pages.wishes import read_details_page

_GONE: Final = "Er is intussen iets veranderd. Zo staat het nu."


class MyPageController(Controller):
    """For whoever is signed in."""

    path = "/mijn"
    guards = (requires_sign_in,)

    @get("/", sync_to_thread=True)
    def show(self, visit: Given[Visit]) -> Response[str]:
        """What waits for me, what I agreed, what has been."""
        me = visit.actor.person_id
        with visit.sessions.read() as session:
            driver = driver_of(session, visit.actor, visit.site.municipality_id)
            asked = mine.list_asked(session, me, now=visit.now)
            running = mine.list_matches(session, me, is_running=True)
            about = [*(row.request_id for row in asked), *(row.request_id for row in running)]
            found = Mine(
                asked=asked,
                running=running,
                ended=mine.list_matches(session, me, is_running=False),
                open_requests=mine.list_requests(session, me, is_open=True),
                closed_requests=mine.list_requests(session, me, is_open=False),
                times=mine.read_times(session, about),
                dates=meetings.find_standing_dates(session, [row.match_id for row in running]),
                offer=offers.find_live_offer_of(session, me, visit.site.municipality_id),
                rides=(
                    *coming_drives(session, driver, now=visit.now),
                    *coming_rides(session, visit.actor, now=visit.now),
                    *coming_series(session, visit.actor, now=visit.now),
                    *waiting_items(session, visit.actor, now=visit.now),
                    *buddy_items(session, visit.actor, visit.now),
                    *own_service(session, visit.actor, now=visit.now),
                    *lines_of_organisations(session, visit.actor, now=visit.now),
                ),
            )
            page = replace(
                make_my_page(found, now=visit.now),
                is_driver=driver is not None,
                organisations=own_organisations(session, visit.actor),
            )
            page = with_garden_days(session, page, running, visit.actor, visit.now)
        return visit.render("mine/my_page.html", page)

    @get("/vragen/{request_id:uuid}", sync_to_thread=True)
    def show_request(self, visit: Given[Visit], request_id: FromPath[UUID]) -> Response[str]:
        """How my request stands."""
        with visit.sessions.read() as session:
            own = _own(session, request_id, visit.actor)
            standing = Standing(
                request=own,
                skill_label=market.read_skill_table(session)[own.skill_code].label_nl,
                status=request_status([slot.status for slot in requests.list_slots(session, own.id)]),
                times=mine.read_times(session, [own.id])[own.id],
                answers=mine.count_answers(session, own.id),
                waiting=mine.list_waiting_rows(session, own.id, now=visit.now),
                matches=mine.list_matches_of(session, own.id),
                coordinator=get_person(session, own.owner_id).first_name if own.owner_id else "",
                organisation=visit.site.organisation,
                has_coming_time=mine.has_coming_time(session, own.id, now=visit.now),
                other=_other_name(session, own, visit.actor),
                is_helped=own.requester_id == visit.actor.person_id,
                question=find_open(session, own.id),
                asked_days=requests.list_weekdays(session, own.id),
                is_hand_over_asked=is_answer_wanted(session, own.id),
                is_held=moderation.find_holding(session, own.id) is not None,
            )
            page = replace(make_request_page(standing, now=visit.now), beside=find_beside(session, own, now=visit.now))
        return visit.render("mine/request.html", page)

    @get("/vragen/{request_id:uuid}/geplaatst", sync_to_thread=True)
    def placed(self, visit: Given[Visit], request_id: FromPath[UUID], anders: FromQuery[str] = "") -> Response[str]:
        """Right after posting: what happens next, and when."""
        with visit.sessions.read() as session:
            own = _own(session, request_id, visit.actor)
            page = make_placed_page(
                own,
                organisation=visit.site.organisation,
                is_other=bool(anders),
                is_held=moderation.find_holding(session, own.id) is not None,
                now=visit.now,
            )
            page = replace(page, beside=find_beside(session, own, now=visit.now))
        return visit.render("mine/placed.html", page)

    @post("/vragen/{request_id:uuid}/kies", sync_to_thread=True)
    def choose(self, visit: Given[Visit], request_id: FromPath[UUID], data: Typed) -> Redirect:
        """Take one of those who offered, or let one go, who is thanked."""
        here = _page_of(request_id)
        is_yes = read_line(data, "keuze") == "ja"
        try:
            with visit.sessions.begin() as session:
                proposal_id, name = _candidate(session, request_id, read_line(data, "proposal"), visit.actor)
                if is_yes:
                    match = responses.choose(session, proposal_id=proposal_id, actor=visit.actor, now=visit.now)
                    path, told = f"/koppelingen/{match.id}", f"Fijn. {name} krijgt nu bericht."
                else:
                    responses.refuse(session, proposal_id=proposal_id, actor=visit.actor, now=visit.now)
                    path, told = here, f"Goed. Wij bedanken {name} en zoeken verder."
        except NoRoom:
            told = "Deze helper helpt intussen al iemand anders. Wij zoeken verder voor u."
            return visit.redirect(here, flash=told, kind="info")
        except (SlotTaken, IllegalTransition):
            return visit.redirect(here, flash=_GONE, kind="info")
        visit.after_commit()
        return visit.redirect(path, flash=told)

    @post("/vragen/{request_id:uuid}/verder-zoeken", sync_to_thread=True)
    def look_further(self, visit: Given[Visit], request_id: FromPath[UUID]) -> Redirect:
        """A week more, and people are asked again."""
        here = _page_of(request_id)
        try:
            with visit.sessions.begin() as session:
                _own(session, request_id, visit.actor)
                posting.look_further(session, request_id=request_id, actor=visit.actor, now=visit.now)
        except IllegalTransition:
            return visit.redirect(here, flash=_GONE, kind="info")
        visit.after_commit()
        return visit.redirect(here, flash="Wij zoeken een week verder voor u.")

    @post("/vragen/{request_id:uuid}/ruimer", sync_to_thread=True)
    def answer_relaxation(self, visit: Given[Visit], request_id: FromPath[UUID], data: Typed) -> Redirect:
        """Something may give way, or it may not."""
        here, is_yes = _page_of(request_id), read_line(data, "antwoord") == "ja"
        question_id = read_id(read_line(data, "vraag"))
        if question_id is None:
            raise NotFound("a question")
        try:
            with visit.sessions.begin() as session:
                _own(session, request_id, visit.actor)
                relaxing.answer(session, question_id=question_id, is_yes=is_yes, actor=visit.actor, now=visit.now)
        except Overtaken:
            return visit.redirect(here, flash=_GONE, kind="info")
        visit.after_commit()
        told = "Dank u wel. Wij zoeken meteen ruimer." if is_yes else "Dat is goed. Wij zoeken verder zoals u vroeg."
        return visit.redirect(here, flash=told)

    @get("/vragen/{request_id:uuid}/intrekken", sync_to_thread=True)
    def ask_withdraw(self, visit: Given[Visit], request_id: FromPath[UUID]) -> Answer:
        """Is it meant?"""
        here = _page_of(request_id)
        with visit.sessions.read() as session:
            own = _own(session, request_id, visit.actor)
            if own.ended_at is not None:
                return visit.redirect(here)
            names = [name for _, name, _ in mine.list_matches_of(session, own.id)]
            what = market.read_skill_table(session)[own.skill_code].label_nl
        told = "Wie wij vroegen, krijgt bericht."
        if names:
            told = f"Wij vertellen {' en '.join(names)} dat het niet doorgaat."
        page = WithdrawPage(here, what, ("Wij stoppen dan met zoeken.", told))
        return visit.render("mine/withdraw.html", page)

    @post("/vragen/{request_id:uuid}/intrekken", sync_to_thread=True)
    def withdraw(self, visit: Given[Visit], request_id: FromPath[UUID]) -> Redirect:
        """No help is needed any more."""
        with visit.sessions.begin() as session:
            _own(session, request_id, visit.actor)
            posting.withdraw_request(session, request_id=request_id, actor=visit.actor, now=visit.now)
        visit.after_commit()
        return visit.redirect("/mijn", flash="Uw vraag is ingetrokken. Wie wij vroegen, krijgt bericht.")

    @get("/vragen/{request_id:uuid}/namens", sync_to_thread=True)
    def ask_end_representation(self, visit: Given[Visit], request_id: FromPath[UUID]) -> Answer:
        """Nobody in my name any more, or I in nobody's: is it meant?"""
        with visit.sessions.read() as session:
            own = _own(session, request_id, visit.actor)
            if own.representative_id is None:
                return visit.redirect(_page_of(request_id))
            is_helped = own.requester_id == visit.actor.person_id
            other = get_person(session, own.representative_id if is_helped else own.requester_id).first_name
        page = make_representing_page(_page_of(request_id), other, is_helped=is_helped)
        return visit.render("mine/representing.html", page)

    @post("/vragen/{request_id:uuid}/namens", sync_to_thread=True)
    def end_representation(self, visit: Given[Visit], request_id: FromPath[UUID]) -> Redirect:
        """The one who is helped decides alone from now on."""
        with visit.sessions.begin() as session:
            own = _own(session, request_id, visit.actor)
            is_helped = own.requester_id == visit.actor.person_id
            representation.end(session, request_id=request_id, actor=visit.actor, now=visit.now)
        visit.after_commit()
        if is_helped:
            return visit.redirect(_page_of(request_id), flash="Goed. U beslist vanaf nu zelf.")
        return visit.redirect("/mijn", flash="Goed. U vraagt niet meer in hun naam.")

    @get("/gegevens", guards=[requires_fresh_proof], sync_to_thread=True)
    def show_details(self, visit: Given[Visit]) -> Response[str]:
        """What I am called, how I can be reached, and what of that is shared."""
        with visit.sessions.read() as session:
            page = read_details_page(session, visit.actor)
        return visit.render("mine/details.html", page)

    @post("/gegevens", guards=[requires_fresh_proof], sync_to_thread=True)
    def change_details(self, visit: Given[Visit], data: Typed) -> Answer:
        """Change them."""
        typed = read_details(data)
        try:
            with visit.sessions.begin() as session:
                people.update_details(session, actor=visit.actor, details=typed)
        except InvalidInput as refused:
            with visit.sessions.read() as session:
                page = read_details_page(session, visit.actor, typed=typed, errors=sentences_of(refused.problems))
            return visit.render("mine/details.html", page, status=400)
        return visit.redirect("/mijn", flash="Uw gegevens zijn aangepast.")


def _page_of(request_id: UUID) -> str:
    return f"/mijn/vragen/{request_id}"


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
    if (proposal_id := read_id(typed_id)) is None:
        raise NotFound("a proposal")
    proposal = matches.get_proposal(session, proposal_id)
    if proposal.request_id != request_id:
        raise NotFound(f"proposal {proposal.id}")
    return proposal.id, get_person(session, proposal.person_id).first_name
