"""Organisations for everybody: looking, offering for a vacancy, waiting for a place, coming along, joining one."""

from collections.abc import Sequence
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from sqlmodel import Session

from marketplace import minors, responses
from marketplace.clubs import activities, applying, founding, members
from marketplace.errors import (
    DoesNotFit,
    IllegalTransition,
    InvalidInput,
    LinkUsed,
    NoRoom,
    NotFound,
    ShiftsOverlap,
    SlotTaken,
)
from marketplace.links import InvitationLinks
from marketplace.queries import catalogue, offers
from marketplace.queries import organisations as queries
from marketplace.queries import vacancies as vacancy_queries
from marketplace.responses import Outcome
from matching.rules import Rule
from web.dependencies import Answer, Given, Typed, Visit
from web.forms.clubs import is_sure, keep_profile, read_answers, read_profile
from web.forms.reading import Form, is_ticked, read_id, read_line, read_many
from web.guards import requires_sign_in
from web.labels.clubs import ROLES
from web.labels.problems import sentences_of
from web.labels.rules import hints_for_volunteer
from web.pages import clubs as pages
from web.pages.clubs_forms import read_profile_form

_OVERLAPS = "shift_overlaps"
_FULL = "Deze dienst is net vol. U kunt op de wachtlijst."


class OrganisationController(Controller):
    """The list, the page of one, and what one can come along to."""

    path = pages.ORGANISATIONS

    @get("/", sync_to_thread=True)
    def show_all(self, visit: Given[Visit]) -> Response[str]:
        """Organisations and what they seek."""
        with visit.sessions.read() as session:
            page = pages.read_list(session, visit.site.municipality_id, visitor=visit.visitor, now=visit.now)
        return visit.render("clubs/list.html", page)

    @get("/{organisation_id:uuid}", sync_to_thread=True)
    def show(self, visit: Given[Visit], organisation_id: FromPath[UUID]) -> Response[str]:
        """One organisation."""
        with visit.sessions.read() as session:
            page = pages.read_organisation(
                session,
                organisation_id,
                municipality_id=visit.site.municipality_id,
                visitor=visit.visitor,
                now=visit.now,
            )
        return visit.render("clubs/organisation.html", page)

    @get("/aanmelden", guards=[requires_sign_in], sync_to_thread=True)
    def ask_founding(self, visit: Given[Visit]) -> Response[str]:
        """The form."""
        with visit.sessions.read() as session:
            page = read_profile_form(session, organisation=None, founder=visit.actor)
        return visit.render("clubs/profile.html", page)

    @post("/aanmelden", guards=[requires_sign_in], sync_to_thread=True)
    def found(self, visit: Given[Visit], data: Typed) -> Answer:
        """An organisation is there from now on, and this person owns it."""
        typed = keep_profile(data)
        try:
            with visit.sessions.begin() as session:
                made = founding.found(
                    session,
                    read_profile(typed),
                    municipality=catalogue.get_municipality(session, visit.site.municipality_id),
                    actor=visit.actor,
                    now=visit.now,
                    says_sixteen=is_ticked(data, "is_sixteen"),
                )
                path = f"{pages.ORGANISATIONS}/{made.id}/beheer"
        except InvalidInput as refused:
            says_sixteen = is_ticked(data, "is_sixteen")
            more = {"is_sixteen": "ja"} if says_sixteen else {}
            with visit.sessions.read() as session:
                age = minors.age_problems(session, visit.actor.person_id, says_sixteen=says_sixteen, now=visit.now)
                page = read_profile_form(
                    session,
                    organisation=None,
                    founder=visit.actor,
                    typed={**typed, **more},
                    problems={**refused.problems, **age},
                )
            return visit.render("clubs/profile.html", page, status=400)
        return visit.redirect(path, flash="Uw organisatie staat er. U kunt meteen een vacature plaatsen.")

    @post(
        "/{organisation_id:uuid}/activiteiten/{activity_id:uuid}/meedoen",
        guards=[requires_sign_in],
        sync_to_thread=True,
    )
    def join(self, visit: Given[Visit], organisation_id: FromPath[UUID], activity_id: FromPath[UUID]) -> Answer:
        """Come along."""
        here = f"{pages.ORGANISATIONS}/{organisation_id}"
        try:
            with visit.sessions.begin() as session:
                activities.join(session, activity_id=activity_id, actor=visit.actor, now=visit.now)
        except (SlotTaken, IllegalTransition):
            return visit.redirect(here, flash="Dit is net vol, of het gaat niet door.", kind="info")
        return visit.redirect(here, flash="U doet mee. Leuk!")

    @post(
        "/{organisation_id:uuid}/activiteiten/{activity_id:uuid}/afmelden",
        guards=[requires_sign_in],
        sync_to_thread=True,
    )
    def leave(self, visit: Given[Visit], organisation_id: FromPath[UUID], activity_id: FromPath[UUID]) -> Answer:
        """After all not."""
        with visit.sessions.begin() as session:
            activities.leave(session, activity_id=activity_id, person_id=visit.actor.person_id)
        return visit.redirect(f"{pages.ORGANISATIONS}/{organisation_id}", flash="U bent afgemeld. Goed dat u het zegt.")


class VacancyController(Controller):
    """One vacancy. Looking is open to everybody; offering and waiting need signing in."""

    path = "/vacatures/{vacancy_id:uuid}"

    @get("/", sync_to_thread=True)
    def show(self, visit: Given[Visit], vacancy_id: FromPath[UUID]) -> Response[str]:
        """What is sought, and when."""
        return _show(visit, vacancy_id)

    @post("/", guards=[requires_sign_in], sync_to_thread=True)
    def offer(self, visit: Given[Visit], vacancy_id: FromPath[UUID], data: Typed) -> Answer:
        """I help, in one shift or more. All of them or none: somebody who planned two evenings wants both."""
        chosen = [found for one in read_many(data, "shifts") if (found := read_id(one)) is not None]
        answers: list[str] = []
        try:
            with visit.sessions.begin() as session:
                vacancy = vacancy_queries.get(session, vacancy_id)
                answers = read_answers(data, len(vacancy.questions))
                if offers.find_live_offer_of(session, visit.actor.person_id, vacancy.municipality_id) is None:
                    return visit.redirect(f"/helpen?terug=/vacatures/{vacancy_id}")
                told = _offer_for(session, visit, vacancy_id, chosen, answers)
        except InvalidInput as refused:
            return _show(visit, vacancy_id, data, answers=answers, problems=refused.problems)
        except ShiftsOverlap:
            return _show(visit, vacancy_id, data, answers=answers, problems={"shifts": _OVERLAPS}, status=409)
        except SlotTaken:
            return _show(visit, vacancy_id, data, answers=answers, hints=(_FULL,), status=409)
        except (DoesNotFit, NoRoom) as refused:
            reasons = refused.reasons if isinstance(refused, DoesNotFit) else [Rule.CAPACITY]
            hints = tuple(hint.text for hint in hints_for_volunteer(reasons))
            return _show(visit, vacancy_id, data, answers=answers, hints=hints, status=409)
        visit.after_commit()
        return visit.redirect(f"/vacatures/{vacancy_id}", flash=told)

    @post("/wachtlijst", guards=[requires_sign_in], sync_to_thread=True)
    def wait(self, visit: Given[Visit], vacancy_id: FromPath[UUID], data: Typed) -> Answer:
        """Wait for a place in a shift that is full."""
        here = f"/vacatures/{vacancy_id}"
        request_id = read_id(read_line(data, "shift"))
        if request_id is None:
            raise NotFound("a shift")
        try:
            with visit.sessions.begin() as session:
                vacancy = vacancy_queries.get(session, vacancy_id)
                if offers.find_live_offer_of(session, visit.actor.person_id, vacancy.municipality_id) is None:
                    return visit.redirect(f"/helpen?terug={here}")
                applying.join_list(
                    session, request_id=request_id, is_sure=is_sure(data), actor=visit.actor, now=visit.now
                )
        except ShiftsOverlap:
            return visit.redirect(here, flash=sentences_of({"": _OVERLAPS})[""], kind="info")
        except DoesNotFit as refused:
            if "free" in refused.reasons:
                return visit.redirect(here, flash="Er is nu een plek vrij. U kunt zich meteen aanmelden.", kind="info")
            hints = tuple(hint.text for hint in hints_for_volunteer(refused.reasons))
            return _show(visit, vacancy_id, hints=hints, status=409)
        return visit.redirect(here, flash="U staat op de wachtlijst. Komt er een plek vrij, dan hoort u het.")

    @post("/van-de-wachtlijst", guards=[requires_sign_in], sync_to_thread=True)
    def wait_no_longer(self, visit: Given[Visit], vacancy_id: FromPath[UUID], data: Typed) -> Answer:
        """Leave the list."""
        request_id = read_id(read_line(data, "shift"))
        if request_id is None:
            raise NotFound("a shift")
        with visit.sessions.begin() as session:
            applying.leave_list(session, request_id=request_id, actor=visit.actor, now=visit.now)
        visit.after_commit()
        return visit.redirect(f"/vacatures/{vacancy_id}", flash="U staat niet meer op de wachtlijst.")


class InvitationController(Controller):
    """The signed token in the path shows what one is invited to; joining needs signing in with that address."""

    path = "/uitnodiging/{token:str}"

    @get("/", sync_to_thread=True)
    def show(
        self, visit: Given[Visit], token: FromPath[str], invitation_links: Given[InvitationLinks]
    ) -> Response[str]:
        """Which organisation it is, and one button."""
        return _invitation(visit, _read(invitation_links, token))

    @post("/", guards=[requires_sign_in], sync_to_thread=True)
    def join(
        self, visit: Given[Visit], token: FromPath[str], data: Typed, invitation_links: Given[InvitationLinks]
    ) -> Answer:
        """Join."""
        invitation_id = _read(invitation_links, token)
        try:
            with visit.sessions.begin() as session:
                member = members.join(
                    session,
                    invitation_id=invitation_id,
                    actor=visit.actor,
                    now=visit.now,
                    says_sixteen=is_ticked(data, "is_sixteen"),
                )
                path = f"{pages.ORGANISATIONS}/{member.organisation_id}/beheer"
        except InvalidInput as refused:
            return _invitation(visit, invitation_id, refused.problems)
        return visit.redirect(path, flash="U doet mee. Welkom!")


def _read(links: InvitationLinks, token: str) -> UUID:
    if (invitation_id := links.read(token)) is None:
        raise LinkUsed("unknown")
    return invitation_id


def _invitation(visit: Visit, invitation_id: UUID, problems: dict[str, str] | None = None) -> Response[str]:
    with visit.sessions.read() as session:
        invitation = members.look_at(session, invitation_id=invitation_id, now=visit.now)
        page = pages.read_invitation(
            session,
            visit.request.url.path,
            organisation=queries.get(session, invitation.organisation_id),
            role=ROLES[invitation.role],
            email=invitation.email,
            visitor=visit.visitor,
            problems=problems,
        )
    return visit.render("clubs/invitation.html", page, status=400 if problems else 200)


def _offer_for(session: Session, visit: Visit, vacancy_id: UUID, chosen: Sequence[UUID], answers: Sequence[str]) -> str:
    """Offer for each chosen shift; what to say about it afterwards. Raises what stands in the way of any of them."""
    own = {request.id for request in vacancy_queries.list_requests(session, vacancy_id)}
    problems = {} if chosen else {"shifts": "shift_chosen_missing"}
    try:
        applying.save_answers(session, vacancy_id=vacancy_id, answers=answers, actor=visit.actor, now=visit.now)
    except InvalidInput as refused:
        problems |= refused.problems
    if problems:
        raise InvalidInput(problems)
    if not own.issuperset(chosen):
        raise NotFound("a shift of this vacancy")
    found = [
        responses.apply(session, request_id=request_id, actor=visit.actor, now=visit.now)
        for request_id in sorted(chosen)
    ]
    if any(answer.outcome is Outcome.WAITING for answer in found):
        return "Dank u wel! De organisatie kiest. U hoort het binnen 24 uur."
    return "Dank u wel! U komt helpen."


def _show(
    visit: Visit,
    vacancy_id: UUID,
    data: Form | None = None,
    *,
    answers: Sequence[str] | None = None,
    hints: tuple[str, ...] = (),
    problems: dict[str, str] | None = None,
    status: int = 400,
) -> Response[str]:
    with visit.sessions.read() as session:
        page = pages.read_vacancy(
            session,
            vacancy_id,
            municipality_id=visit.site.municipality_id,
            visitor=visit.visitor,
            now=visit.now,
            chosen=read_many(data, "shifts") if data is not None else (),
            answers=answers,
            hints=hints,
            problems=problems,
        )
    return visit.render("clubs/vacancy.html", page, status=status if problems or hints else 200)
