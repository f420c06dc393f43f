"""An organisation, for its own people; and what staff look at before it stands on the lists."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath, FromQuery

from marketplace import responses
from marketplace.clubs import activities, founding, members, vacancies
from marketplace.errors import IllegalTransition, InvalidInput, NoRoom, NotFound, ShiftsOverlap, SlotTaken
from marketplace.queries import catalogue
from web.dependencies import Answer, Given, Typed, Visit
from web.forms.clubs import (
    keep_activity,
    keep_profile,
    keep_vacancy,
    read_activity,
    read_profile,
    read_role,
    read_vacancy,
    with_another_row,
)
from web.forms.reading import Form, is_email, read_id, read_line
from web.guards import requires_desk, requires_sign_in
from web.pages import clubs_forms as forms
from web.pages import clubs_managing as pages
from web.pages.clubs import ORGANISATIONS


class ManagingController(Controller):
    """For members; what one may change is decided by their role."""

    path = "/organisaties/{organisation_id:uuid}/beheer"
    guards = [requires_sign_in]

    @get("/", sync_to_thread=True)
    def show(self, visit: Given[Visit], organisation_id: FromPath[UUID]) -> Response[str]:
        """How everything stands."""
        with visit.sessions.read() as session:
            page = pages.read_overview(session, organisation_id, actor=visit.actor, now=visit.now)
        return visit.render("clubs/overview.html", page)

    @get("/gegevens", sync_to_thread=True)
    def show_profile(self, visit: Given[Visit], organisation_id: FromPath[UUID]) -> Response[str]:
        """What it tells of itself."""
        with visit.sessions.read() as session:
            organisation = pages.require_editor(session, organisation_id, visit.actor)
            page = forms.read_profile_form(session, organisation=organisation)
        return visit.render("clubs/profile.html", page)

    @post("/gegevens", sync_to_thread=True)
    def change_profile(self, visit: Given[Visit], organisation_id: FromPath[UUID], data: Typed) -> Answer:
        """Keep it."""
        typed = keep_profile(data)
        try:
            with visit.sessions.begin() as session:
                founding.change(
                    session,
                    read_profile(typed),
                    organisation_id=organisation_id,
                    contact_id=read_id(typed["contact"]),
                    municipality=catalogue.get_municipality(session, visit.site.municipality_id),
                    actor=visit.actor,
                    now=visit.now,
                )
        except InvalidInput as refused:
            with visit.sessions.read() as session:
                organisation = pages.require_editor(session, organisation_id, visit.actor)
                page = forms.read_profile_form(
                    session, organisation=organisation, typed=typed, problems=refused.problems
                )
            return visit.render("clubs/profile.html", page, status=400)
        return visit.redirect(_home(organisation_id), flash="Bewaard.")

    # --- members ---------------------------------------------------------------------------------------------------

    @get("/leden", sync_to_thread=True)
    def show_members(self, visit: Given[Visit], organisation_id: FromPath[UUID]) -> Response[str]:
        """Who acts for it."""
        return _members(visit, organisation_id)

    @post("/leden/uitnodigen", sync_to_thread=True)
    def invite(self, visit: Given[Visit], organisation_id: FromPath[UUID], data: Typed) -> Answer:
        """Mail a link."""
        typed = {"email": read_line(data, "email"), "role": read_line(data, "role")}
        try:
            if not is_email(typed["email"]):
                raise InvalidInput({"email": "email_form"})
            with visit.sessions.begin() as session:
                members.invite(
                    session,
                    organisation_id=organisation_id,
                    email=typed["email"],
                    role=read_role(data),
                    actor=visit.actor,
                    now=visit.now,
                )
        except InvalidInput as refused:
            return _members(visit, organisation_id, typed, refused.problems)
        visit.after_commit()
        return visit.redirect(f"{_home(organisation_id)}/leden", flash="De uitnodiging is onderweg.")

    @post("/leden/uitnodiging-intrekken", sync_to_thread=True)
    def take_back(self, visit: Given[Visit], organisation_id: FromPath[UUID], data: Typed) -> Answer:
        """After all not."""
        return _with_member(visit, organisation_id, data, _take_back, "De uitnodiging is ingetrokken.")

    @post("/leden/rol", sync_to_thread=True)
    def set_role(self, visit: Given[Visit], organisation_id: FromPath[UUID], data: Typed) -> Answer:
        """Another role."""
        return _with_member(visit, organisation_id, data, _set_role, "Bewaard.")

    @post("/leden/weg", sync_to_thread=True)
    def leave(self, visit: Given[Visit], organisation_id: FromPath[UUID], data: Typed) -> Answer:
        """Go, or let somebody go."""
        is_self = read_line(data, "wie") == str(visit.actor.person_id)
        done = "U doet niet meer mee. Dank u wel!" if is_self else "Deze persoon doet niet meer mee."
        return _with_member(visit, organisation_id, data, _leave, done, back=ORGANISATIONS if is_self else "")

    # --- vacancies -------------------------------------------------------------------------------------------------

    @get("/vacature", sync_to_thread=True)
    def ask_vacancy(
        self, visit: Given[Visit], organisation_id: FromPath[UUID], van: FromQuery[str] = ""
    ) -> Response[str]:
        """The form, perhaps with what last year's vacancy said."""
        with visit.sessions.read() as session:
            organisation = pages.require_editor(session, organisation_id, visit.actor)
            source = read_id(van)
            typed = forms.copy_vacancy(session, organisation_id, source) if source else None
            page = forms.read_vacancy_form(session, organisation, typed=typed)
        return visit.render("clubs/vacancy_form.html", page)

    @post("/vacature", sync_to_thread=True)
    def post_vacancy(self, visit: Given[Visit], organisation_id: FromPath[UUID], data: Typed) -> Answer:
        """Post it, or give room for one more shift."""
        typed, problems = keep_vacancy(data), dict[str, str]()
        if read_line(data, "more"):
            typed = with_another_row(typed)
        else:
            try:
                with visit.sessions.begin() as session:
                    made = vacancies.post(
                        session,
                        read_vacancy(typed),
                        organisation_id=organisation_id,
                        municipality=catalogue.get_municipality(session, visit.site.municipality_id),
                        actor=visit.actor,
                        now=visit.now,
                    )
                    path = f"{_home(organisation_id)}/vacatures/{made.id}"
                visit.after_commit()
                return visit.redirect(path, flash="Uw vacature staat er. Wij vragen nu mensen in de buurt.")
            except InvalidInput as refused:
                problems = dict(refused.problems)
        with visit.sessions.read() as session:
            organisation = pages.require_editor(session, organisation_id, visit.actor)
            page = forms.read_vacancy_form(session, organisation, typed=typed, problems=problems)
        return visit.render("clubs/vacancy_form.html", page, status=400 if problems else 200)

    @get("/vacatures/{vacancy_id:uuid}", sync_to_thread=True)
    def show_vacancy(
        self, visit: Given[Visit], organisation_id: FromPath[UUID], vacancy_id: FromPath[UUID]
    ) -> Response[str]:
        """Who comes, who waits and whom to choose."""
        with visit.sessions.read() as session:
            page = pages.read_own_vacancy(session, vacancy_id, actor=visit.actor, now=visit.now)
        return visit.render("clubs/own_vacancy.html", page)

    @post("/vacatures/{vacancy_id:uuid}/kiezen", sync_to_thread=True)
    def choose(
        self, visit: Given[Visit], organisation_id: FromPath[UUID], vacancy_id: FromPath[UUID], data: Typed
    ) -> Answer:
        """Take somebody who offered, or let them go."""
        here = f"{_home(organisation_id)}/vacatures/{vacancy_id}"
        proposal_id, said = read_id(read_line(data, "wie")), read_line(data, "keuze")
        if proposal_id is None or said not in ("ja", "nee"):
            raise NotFound("somebody who offered")
        act = responses.choose if said == "ja" else responses.refuse
        try:
            with visit.sessions.begin() as session:
                act(session, proposal_id=proposal_id, actor=visit.actor, now=visit.now)
        except (IllegalTransition, SlotTaken, NoRoom, ShiftsOverlap):
            return visit.redirect(here, flash="Dat kan niet meer. Kijk hieronder hoe het staat.", kind="info")
        visit.after_commit()
        told = "Mooi. Wij laten het meteen weten." if said == "ja" else "Wij bedanken deze persoon."
        return visit.redirect(here, flash=told)

    @get("/vacatures/{vacancy_id:uuid}/intrekken", sync_to_thread=True)
    def ask_withdraw(
        self,
        visit: Given[Visit],
        organisation_id: FromPath[UUID],
        vacancy_id: FromPath[UUID],
        dienst: FromQuery[str] = "",
    ) -> Response[str]:
        """Really? People may have planned their day by it."""
        with visit.sessions.read() as session:
            page = pages.read_withdraw(session, vacancy_id, read_id(dienst), actor=visit.actor, now=visit.now)
        return visit.render("meeting/sure.html", page)

    @post("/vacatures/{vacancy_id:uuid}/diensten/{request_id:uuid}/intrekken", sync_to_thread=True)
    def withdraw_shift(
        self,
        visit: Given[Visit],
        organisation_id: FromPath[UUID],
        vacancy_id: FromPath[UUID],
        request_id: FromPath[UUID],
    ) -> Answer:
        """One shift is not held."""
        with visit.sessions.begin() as session:
            vacancies.withdraw_shift(session, request_id=request_id, actor=visit.actor, now=visit.now)
        visit.after_commit()
        told = "Deze dienst gaat niet door. Wie zou komen, hoort dat nu."
        return visit.redirect(f"{_home(organisation_id)}/vacatures/{vacancy_id}", flash=told)

    @post("/vacatures/{vacancy_id:uuid}/intrekken", sync_to_thread=True)
    def withdraw(self, visit: Given[Visit], organisation_id: FromPath[UUID], vacancy_id: FromPath[UUID]) -> Answer:
        """The whole vacancy."""
        with visit.sessions.begin() as session:
            vacancies.withdraw(session, vacancy_id=vacancy_id, actor=visit.actor, now=visit.now)
        visit.after_commit()
        return visit.redirect(_home(organisation_id), flash="De vacature is ingetrokken. Iedereen hoort het nu.")

    # --- activities ------------------------------------------------------------------------------------------------

    @get("/activiteit", sync_to_thread=True)
    def ask_activity(self, visit: Given[Visit], organisation_id: FromPath[UUID]) -> Response[str]:
        """The form."""
        with visit.sessions.read() as session:
            page = forms.read_activity_form(pages.require_editor(session, organisation_id, visit.actor))
        return visit.render("clubs/activity_form.html", page)

    @post("/activiteit", sync_to_thread=True)
    def make_activity(self, visit: Given[Visit], organisation_id: FromPath[UUID], data: Typed) -> Answer:
        """Announce it."""
        typed = keep_activity(data)
        try:
            with visit.sessions.begin() as session:
                activities.make(
                    session, read_activity(typed), organisation_id=organisation_id, actor=visit.actor, now=visit.now
                )
        except InvalidInput as refused:
            with visit.sessions.read() as session:
                organisation = pages.require_editor(session, organisation_id, visit.actor)
                page = forms.read_activity_form(organisation, typed=typed, problems=refused.problems)
            return visit.render("clubs/activity_form.html", page, status=400)
        return visit.redirect(f"{ORGANISATIONS}/{organisation_id}", flash="De activiteit staat op uw pagina.")

    @post("/activiteiten/{activity_id:uuid}/afgelasten", sync_to_thread=True)
    def cancel_activity(
        self, visit: Given[Visit], organisation_id: FromPath[UUID], activity_id: FromPath[UUID]
    ) -> Answer:
        """It is not held."""
        with visit.sessions.begin() as session:
            activities.cancel(session, activity_id=activity_id, actor=visit.actor, now=visit.now)
        visit.after_commit()
        return visit.redirect(_home(organisation_id), flash="Het gaat niet door. Wie mee zou doen, hoort dat nu.")


class StaffOrganisationController(Controller):
    """For the desk: is it an organisation?"""

    path = "/werk/organisaties"
    guards = [requires_desk]

    @get("/", sync_to_thread=True)
    def show(self, visit: Given[Visit]) -> Response[str]:
        """What is new, and what is on the list."""
        with visit.sessions.read() as session:
            page = pages.read_staff_page(session, visit.site.municipality_id, actor=visit.actor, now=visit.now)
        return visit.render("clubs/staff.html", page)

    @post("/{organisation_id:uuid}/op-de-lijst", sync_to_thread=True)
    def confirm(self, visit: Given[Visit], organisation_id: FromPath[UUID]) -> Answer:
        """It is one."""
        return _by_staff(visit, organisation_id, founding.confirm, "Gezien. Deze organisatie staat op de lijst.")

    @post("/{organisation_id:uuid}/weg", sync_to_thread=True)
    def end(self, visit: Given[Visit], organisation_id: FromPath[UUID]) -> Answer:
        """It is none, or not any more."""
        return _by_staff(
            visit, organisation_id, founding.end, "De pagina is weg. Hulpvragen blijven bij wie ze stelde."
        )


def _by_staff(visit: Visit, organisation_id: UUID, act: Callable[..., object], done: str) -> Answer:
    with visit.sessions.begin() as session:
        act(session, organisation_id=organisation_id, actor=visit.actor, now=visit.now)
    visit.after_commit()
    return visit.redirect("/werk/organisaties", flash=done)


def _home(organisation_id: UUID) -> str:
    return f"{ORGANISATIONS}/{organisation_id}/beheer"


def _members(
    visit: Visit, organisation_id: UUID, typed: dict[str, str] | None = None, problems: Any = None
) -> Response[str]:
    with visit.sessions.read() as session:
        page = pages.read_members(
            session, organisation_id, actor=visit.actor, now=visit.now, typed=typed, problems=problems
        )
    return visit.render("clubs/members.html", page, status=400 if problems else 200)


def _with_member(
    visit: Visit, organisation_id: UUID, data: Form, act: Callable[..., object], done: str, back: str = ""
) -> Answer:
    subject = read_id(read_line(data, "wie"))
    if subject is None:
        raise NotFound("a member")
    try:
        with visit.sessions.begin() as session:
            act(session, data, organisation_id=organisation_id, subject=subject, actor=visit.actor, now=visit.now)
    except InvalidInput as refused:
        return _members(visit, organisation_id, None, refused.problems)
    return visit.redirect(back or f"{_home(organisation_id)}/leden", flash=done)


def _take_back(session: Any, _data: Form, *, subject: UUID, **where: Any) -> None:
    members.take_back(session, invitation_id=subject, **where)


def _set_role(session: Any, data: Form, *, subject: UUID, **where: Any) -> None:
    members.set_role(session, person_id=subject, role=read_role(data), **where)


def _leave(session: Any, _data: Form, *, subject: UUID, **where: Any) -> None:
    members.leave(session, person_id=subject, **where)
