"""Offering help: one form for new and changed offers, a pause, and stopping."""

from collections.abc import Mapping
from typing import Any, Final

from litestar import Controller, Response, get, post
from litestar.params import FromQuery, URLEncodedBody
from litestar.response import Redirect

from marketplace import drafts, offering, signing
from marketplace.asks import check_offer
from marketplace.clock import Clock
from marketplace.database import Sessions
from marketplace.errors import InvalidInput, NotFound
from marketplace.models import DraftKind
from marketplace.permissions import Actor
from marketplace.queries import catalogue, market
from web.cookies import Cookies, safe_path
from web.dependencies import AfterCommit, Given
from web.forms.offering import Answers, find_contact_problems, keep_answers, read_offer, read_pause
from web.forms.reading import Form, read_line
from web.guards import requires_sign_in
from web.pages import offering as pages
from web.rendering import HttpRequest, Site, redirect, render

HOME: Final = "/helpen"
_SAVED: Final = "Uw aanbod is bewaard."
_BACK: Final = "Uw pauze is voorbij. Fijn dat u er weer bent."


class OfferingController(Controller):
    """The form is open to everybody; who is not signed in yet confirms by mail."""

    @get(HOME, sync_to_thread=True)
    def show(
        self,
        request: HttpRequest,
        sessions: Given[Sessions],
        clock: Given[Clock],
        site: Given[Site],
        visitor: Given[Actor | None],
        terug: FromQuery[str] = "",
    ) -> Response[str]:
        """The offer as it stands, or the form with what most people choose."""
        with sessions.read() as session:
            page = pages.read_offer_page(
                session,
                visitor=visitor,
                municipality_id=site.municipality_id,
                now=clock(),
                back=safe_path(terug) or "",
            )
        return render("offering/form.html", page, request=request)

    @post(HOME, sync_to_thread=True)
    def save(
        self,
        request: HttpRequest,
        data: URLEncodedBody[dict[str, Any]],
        sessions: Given[Sessions],
        clock: Given[Clock],
        site: Given[Site],
        visitor: Given[Actor | None],
        jar: Given[Cookies],
        after_commit: Given[AfterCommit],
    ) -> Response[str] | Redirect:
        """Keep the offer; of somebody we do not know yet, until they opened the mail."""
        answers, back = keep_answers(data), safe_path(read_line(data, "terug"))
        try:
            if visitor is not None:
                is_new = _save(sessions, answers, visitor, site, clock)
            else:
                _keep_draft(sessions, answers, site, clock)
        except InvalidInput as refused:
            return _again(request, sessions, answers, refused.problems, visitor, site, clock, back or "")
        after_commit()
        if visitor is None:
            response = redirect("/kijk-in-uw-mail", request=request)
            if back:
                response.set_cookie(jar.make_return(back))
            return response
        if is_new:
            return redirect(f"{HOME}/welkom" + (f"?terug={back}" if back else ""), request=request)
        return redirect(back or HOME, request=request, flash=_SAVED)

    @get(f"{HOME}/welkom", guards=[requires_sign_in], sync_to_thread=True)
    def welcome(self, request: HttpRequest, actor: Given[Actor], terug: FromQuery[str] = "") -> Response[str]:
        """Somebody joined: what happens next."""
        page = pages.WelcomePage(first_name=actor.first_name, back=safe_path(terug) or "")
        return render("offering/welcome.html", page, request=request)

    @get(f"{HOME}/pauze", guards=[requires_sign_in], sync_to_thread=True)
    def show_pause(
        self,
        request: HttpRequest,
        sessions: Given[Sessions],
        clock: Given[Clock],
        site: Given[Site],
        actor: Given[Actor],
    ) -> Response[str] | Redirect:
        """Until when?"""
        with sessions.read() as session:
            page = pages.find_pause_page(session, actor=actor, municipality_id=site.municipality_id, now=clock())
        if page is None:
            return redirect(HOME, request=request)
        return render("offering/pause.html", page, request=request)

    @post(f"{HOME}/pauze", guards=[requires_sign_in], sync_to_thread=True)
    def pause(
        self,
        request: HttpRequest,
        data: URLEncodedBody[dict[str, Any]],
        sessions: Given[Sessions],
        clock: Given[Clock],
        site: Given[Site],
        actor: Given[Actor],
        after_commit: Given[AfterCommit],
    ) -> Response[str] | Redirect:
        """Nobody asks until that day; with ``stop`` the pause ends now."""
        now = clock()
        try:
            until = None if read_line(data, "stop") else read_pause(data, now=now)
            with sessions.begin() as session:
                offering.pause_offer(session, actor=actor, municipality_id=site.municipality_id, until=until, now=now)
        except NotFound:
            return redirect(HOME, request=request)
        except InvalidInput as refused:
            return _pause_again(request, data, refused.problems, sessions, clock, site, actor)
        after_commit()
        flash = f"U hebt pauze tot {pages.pause_words(until, now)}." if until else _BACK
        return redirect(HOME, request=request, flash=flash)

    @get(f"{HOME}/stoppen", guards=[requires_sign_in], sync_to_thread=True)
    def show_stop(
        self, request: HttpRequest, sessions: Given[Sessions], site: Given[Site], actor: Given[Actor]
    ) -> Response[str]:
        """Really? Once it is done, the same address thanks."""
        with sessions.read() as session:
            is_stopped = pages.find_offer(session, actor, site.municipality_id) is None
        return render("offering/stop.html", pages.stop_page(is_stopped=is_stopped), request=request)

    @post(f"{HOME}/stoppen", guards=[requires_sign_in], sync_to_thread=True)
    def stop(
        self,
        request: HttpRequest,
        sessions: Given[Sessions],
        clock: Given[Clock],
        site: Given[Site],
        actor: Given[Actor],
        after_commit: Given[AfterCommit],
    ) -> Redirect:
        """Leave the list. Pressed twice it says the same."""
        try:
            with sessions.begin() as session:
                offering.leave(session, actor=actor, municipality_id=site.municipality_id, now=clock())
        except NotFound:
            return redirect(f"{HOME}/stoppen", request=request)
        after_commit()
        return redirect(f"{HOME}/stoppen", request=request)


def _save(sessions: Sessions, answers: Answers, actor: Actor, site: Site, clock: Clock) -> bool:
    """Whether somebody helps from now on who did not before. Raises InvalidInput."""
    offered = read_offer(answers)
    with sessions.begin() as session:
        is_new = pages.find_offer(session, actor, site.municipality_id) is None
        municipality = catalogue.get_municipality(session, site.municipality_id)
        offering.save_offer(session, offered, municipality=municipality, actor=actor, now=clock())
    return is_new


def _keep_draft(sessions: Sessions, answers: Answers, site: Site, clock: Clock) -> None:
    """Everything that can be wrong is said now: after the mail nobody wants to hear it. Raises InvalidInput."""
    problems, now = find_contact_problems(answers), clock()
    with sessions.begin() as session:
        try:
            check_offer(read_offer(answers), skills=market.read_skill_table(session))
        except InvalidInput as refused:
            problems = {**refused.problems, **problems}
        if problems:
            raise InvalidInput(problems)
        draft, _ = drafts.begin(
            session, DraftKind.OFFER, municipality_id=site.municipality_id, now=now, answers=answers
        )
        signing.ask_link(
            session,
            email=str(answers["email"]),
            municipality_id=site.municipality_id,
            now=now,
            draft_id=draft.id,
        )


def _again(
    request: HttpRequest,
    sessions: Sessions,
    answers: Answers,
    problems: Mapping[str, str],
    visitor: Actor | None,
    site: Site,
    clock: Clock,
    back: str,
) -> Response[str]:
    """The same page with everything that was typed, and what to mend."""
    with sessions.read() as session:
        page = pages.read_offer_page(
            session,
            visitor=visitor,
            municipality_id=site.municipality_id,
            now=clock(),
            back=back,
            answers=answers,
            problems=problems,
        )
    return render("offering/form.html", page, request=request, status=400)


def _pause_again(
    request: HttpRequest,
    typed: Form,
    problems: Mapping[str, str],
    sessions: Sessions,
    clock: Clock,
    site: Site,
    actor: Actor,
) -> Response[str] | Redirect:
    with sessions.read() as session:
        page = pages.find_pause_page(
            session,
            actor=actor,
            municipality_id=site.municipality_id,
            now=clock(),
            typed=read_line(typed, "pause_until"),
            problems=problems,
        )
    if page is None:
        return redirect(HOME, request=request)
    return render("offering/pause.html", page, request=request, status=400)
