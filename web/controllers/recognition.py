"""What somebody did, seen and signed: a year, a service period, its certificates; and something in return."""

from datetime import date
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from marketplace import recognition
from marketplace.errors import InvalidInput, NotFound
from marketplace.links import CertificateLinks, ServiceHoursLinks
from marketplace.young import serving
from web.dependencies import Answer, Given, Typed, Visit
from web.forms.reading import Form, is_ticked, read_day, read_line, read_many, read_whole
from web.forms.young import read_service_minutes
from web.guards import requires_desk, requires_sign_in
from web.pages import recognition as pages

_FIELDS: Final = ("goal_hours", "starts_on", "on_day", "hours", "what", "organisation", "email")


class RecognitionController(Controller):
    """For whoever is signed in: their own."""

    path = "/mijn"
    guards = [requires_sign_in]

    @get("/jaar/{year:str}", sync_to_thread=True)
    def show_year(self, visit: Given[Visit], year: FromPath[str]) -> Response[str]:
        """What I did in a year, and whether I want to hear of it. Raises NotFound for a year that is to come."""
        with visit.sessions.read() as session:
            page = pages.read_year_page(session, year, actor=visit.actor, now=visit.now)
        return visit.render("recognition/year.html", page)

    @post("/jaar/{year:str}", sync_to_thread=True)
    def choose(self, visit: Given[Visit], year: FromPath[str], data: Typed) -> Redirect:
        """What I want to hear from now on."""
        with visit.sessions.begin() as session:
            recognition.choose(
                session,
                wants_year=is_ticked(data, "wants_year"),
                wants_invitation=is_ticked(data, "wants_invitation"),
                actor=visit.actor,
            )
        return visit.redirect(f"/mijn/jaar/{year}", flash="Uw keuze is bewaard.")

    @get("/iets-doen", sync_to_thread=True)
    def show_return(self, visit: Given[Visit]) -> Response[str]:
        """Something small for another?"""
        with visit.sessions.read() as session:
            page = pages.read_return_page(session, actor=visit.actor)
        return visit.render("recognition/return.html", page)

    @post("/iets-doen", sync_to_thread=True)
    def answer_return(self, visit: Given[Visit], data: Typed) -> Redirect:
        """Yes: on to the form, with what we know filled in. No: thanks, and never again."""
        is_yes = read_line(data, "antwoord") == "ja"
        with visit.sessions.begin() as session:
            recognition.answer(session, is_yes=is_yes, actor=visit.actor, now=visit.now)
        if not is_yes:
            return visit.redirect("/mijn/iets-doen", flash="Dank u wel. Wij vragen het niet meer.")
        kinds = [code for code in read_many(data, "kinds") if code in pages.SMALL]
        return visit.redirect("/helpen?" + urlencode([("soort", code) for code in kinds]))

    @get("/diensttijd", sync_to_thread=True)
    def show_service(self, visit: Given[Visit]) -> Response[str]:
        """How far my service period is, or how it begins."""
        return _show_service(visit)

    @post("/diensttijd", sync_to_thread=True)
    def begin(self, visit: Given[Visit], data: Typed) -> Answer:
        """I do a service period, towards so many hours."""
        try:
            with visit.sessions.begin() as session:
                serving.begin(
                    session,
                    goal_hours=read_whole(read_line(data, "goal_hours")) or 0,
                    starts_on=read_day(read_line(data, "starts_on")) or date.max,
                    municipality_id=visit.site.municipality_id,
                    actor=visit.actor,
                    now=visit.now,
                )
        except InvalidInput as refused:
            return _show_service(visit, data, refused.problems)
        return visit.redirect("/mijn/diensttijd", flash="Uw diensttijd staat er. Veel plezier!")

    @post("/diensttijd/uren", sync_to_thread=True)
    def log(self, visit: Given[Visit], data: Typed) -> Answer:
        """Hours that no match holds."""
        try:
            email = pages.read_email(read_line(data, "email"))
            with visit.sessions.begin() as session:
                serving.log(
                    session,
                    on_day=read_day(read_line(data, "on_day")),
                    minutes=read_service_minutes(read_line(data, "hours")),
                    what=read_line(data, "what"),
                    organisation=read_line(data, "organisation"),
                    email=email,
                    actor=visit.actor,
                    now=visit.now,
                )
        except InvalidInput as refused:
            return _show_service(visit, data, refused.problems)
        except NotFound:
            return visit.redirect("/mijn/diensttijd")
        visit.after_commit()
        return visit.redirect("/mijn/diensttijd", flash="Uw uren staan erbij.")

    @post("/diensttijd/stoppen", sync_to_thread=True)
    def stop(self, visit: Given[Visit]) -> Redirect:
        """It is over."""
        with visit.sessions.begin() as session:
            serving.stop(session, actor=visit.actor, now=visit.now)
        return visit.redirect("/mijn/diensttijd", flash="Uw diensttijd is gestopt. Dank u wel.")

    @get("/diensttijd/bewijs/{certificate_id:uuid}", sync_to_thread=True)
    def show_certificate(
        self, visit: Given[Visit], certificate_id: FromPath[UUID], certificate_links: Given[CertificateLinks]
    ) -> Response[str]:
        """On one sheet, to print."""
        with visit.sessions.read() as session:
            page = pages.read_certificate(session, certificate_id, actor=visit.actor, links=certificate_links)
        return visit.render("recognition/certificate.html", page)


class HoursController(Controller):
    """Who was helped says that the hours of a match are right."""

    guards = [requires_sign_in]

    @post("/koppelingen/{match_id:uuid}/uren-kloppen", sync_to_thread=True)
    def confirm(self, visit: Given[Visit], match_id: FromPath[UUID]) -> Redirect:
        """They are right."""
        with visit.sessions.begin() as session:
            serving.confirm_match_hours(session, match_id=match_id, actor=visit.actor, now=visit.now)
        return visit.redirect(f"/koppelingen/{match_id}", flash="Dank u wel. De uren kloppen.")


class HoursLinkController(Controller):
    """The signed token in the path is the key, to one line of hours. Opening changes nothing."""

    path = "/uren/{token:str}"

    @get(sync_to_thread=True)
    def show(
        self, visit: Given[Visit], token: FromPath[str], service_hours_links: Given[ServiceHoursLinks]
    ) -> Response[str]:
        """Is it right?"""
        with visit.sessions.read() as session:
            page = pages.read_hours_page(session, token, links=service_hours_links)
        return visit.render("recognition/hours.html", page)

    @post(sync_to_thread=True)
    def answer(
        self, visit: Given[Visit], token: FromPath[str], data: Typed, service_hours_links: Given[ServiceHoursLinks]
    ) -> Redirect:
        """Yes or no; anything else is nothing."""
        hours_id, said = pages.read_token(service_hours_links, token), read_line(data, "antwoord")
        if said in ("ja", "nee"):
            with visit.sessions.begin() as session:
                serving.answer(session, hours_id=hours_id, is_right=said == "ja", now=visit.now)
        return visit.redirect(service_hours_links.path(hours_id))


class CertificateController(Controller):
    """What the square on a certificate leads to: whether it is true."""

    @get("/bewijs/{token:str}", sync_to_thread=True)
    def check(
        self, visit: Given[Visit], token: FromPath[str], certificate_links: Given[CertificateLinks]
    ) -> Response[str]:
        """What stands on the paper, or that it does not hold."""
        with visit.sessions.read() as session:
            page = pages.read_check(session, token, links=certificate_links)
        return visit.render("recognition/check.html", page)


class ServiceWorkController(Controller):
    """For the desk: who is in a service period, signing, and taking back."""

    path = "/werk/diensttijd"
    guards = [requires_desk]

    @get(sync_to_thread=True)
    def show(self, visit: Given[Visit]) -> Response[str]:
        """Everybody, with their hours."""
        with visit.sessions.read() as session:
            page = pages.read_service_work(session, visit.site.municipality_id, actor=visit.actor, now=visit.now)
        return visit.render("recognition/work.html", page)

    @post("/{period_id:uuid}/tekenen", sync_to_thread=True)
    def sign(self, visit: Given[Visit], period_id: FromPath[UUID]) -> Redirect:
        """What was done up to today."""
        try:
            with visit.sessions.begin() as session:
                serving.sign(
                    session,
                    period_id=period_id,
                    municipality_id=visit.site.municipality_id,
                    actor=visit.actor,
                    now=visit.now,
                )
        except InvalidInput:
            return visit.redirect("/werk/diensttijd", flash="Er zijn nog geen uren om te tekenen.", kind="info")
        visit.after_commit()
        return visit.redirect("/werk/diensttijd", flash="Het bewijs is getekend. De vrijwilliger hoort het nu.")

    @post("/bewijs/{certificate_id:uuid}/intrekken", sync_to_thread=True)
    def take_back(self, visit: Given[Visit], certificate_id: FromPath[UUID]) -> Redirect:
        """Signed by mistake."""
        with visit.sessions.begin() as session:
            serving.take_back(
                session,
                certificate_id=certificate_id,
                municipality_id=visit.site.municipality_id,
                actor=visit.actor,
                now=visit.now,
            )
        return visit.redirect("/werk/diensttijd", flash="Het bewijs is ingetrokken. Wie het controleert, leest dat.")


def _show_service(visit: Visit, typed: Form | None = None, problems: Any = None) -> Response[str]:
    with visit.sessions.read() as session:
        page = pages.read_service_page(
            session,
            actor=visit.actor,
            now=visit.now,
            typed={name: read_line(typed, name) for name in _FIELDS} if typed else {},
            problems=problems or {},
        )
    return visit.render("recognition/service.html", page, status=400 if problems else 200)
