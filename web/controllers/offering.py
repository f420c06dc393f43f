"""Offering help: one form for new and changed offers, a pause, and stopping."""

from collections.abc import Mapping
from typing import Final

from litestar import Controller, Response, get, post
from litestar.params import FromQuery
from litestar.response import Redirect
from sqlmodel import Session

from marketplace import drafts, minors, offering, signing
from marketplace.asks import check_offer
from marketplace.errors import InvalidInput, NotFound
from marketplace.models import DraftKind
from marketplace.queries import catalogue, market, people
from web.cookies import Cookies, safe_path
from web.dependencies import Answer, Given, Typed, Visit
from web.forms.offering import Answers, find_contact_problems, keep_answers, read_offer, read_pause
from web.forms.reading import is_ticked, read_line
from web.forms.young import BORN_ON, IS_YOUNG
from web.guards import requires_sign_in
from web.pages import offering as pages
from web.pages.recognition import known_answers

HOME: Final = "/helpen"
YOUNG: Final = "young"
_SAVED: Final = "Uw aanbod is bewaard."
_BACK: Final = "Uw pauze is voorbij. Fijn dat u er weer bent."


class OfferingController(Controller):
    """The form is open to everybody; who is not signed in yet confirms by mail."""

    @get(HOME, sync_to_thread=True)
    def show(
        self, visit: Given[Visit], terug: FromQuery[str] = "", soort: FromQuery[list[str] | None] = None
    ) -> Response[str]:
        """The offer as it stands, or the form with what most people choose; for who was helped with what we know."""
        return _show(visit, safe_path(terug), kinds=soort or [])

    @post(HOME, sync_to_thread=True)
    def save(self, visit: Given[Visit], data: Typed, jar: Given[Cookies]) -> Answer:
        """Keep the offer; of somebody we do not know yet, until they opened the mail."""
        answers, back = keep_answers(data), safe_path(read_line(data, "terug"))
        try:
            if _is_young(visit, answers):
                return _ask_birthday(visit, answers, jar)
            if visit.visitor is not None:
                is_new = _save(visit, answers)
            else:
                _keep_draft(visit, answers)
        except InvalidInput as refused:
            return _show(visit, back, answers, refused.problems)
        visit.after_commit()
        if visit.visitor is None:
            response = visit.redirect("/kijk-in-uw-mail")
            if back:
                response.set_cookie(jar.make_return(back))
            return response
        if is_new:
            return visit.redirect(f"{HOME}/welkom" + (f"?terug={back}" if back else ""))
        return visit.redirect(back or HOME, flash=_SAVED)

    @get(f"{HOME}/welkom", guards=[requires_sign_in], sync_to_thread=True)
    def welcome(self, visit: Given[Visit], terug: FromQuery[str] = "") -> Response[str]:
        """Somebody joined: what happens next."""
        page = pages.WelcomePage(first_name=visit.actor.first_name, back=safe_path(terug) or "")
        return visit.render("offering/welcome.html", page)

    @get(f"{HOME}/pauze", guards=[requires_sign_in], sync_to_thread=True)
    def show_pause(self, visit: Given[Visit]) -> Answer:
        """Until when?"""
        return _show_pause(visit)

    @post(f"{HOME}/pauze", guards=[requires_sign_in], sync_to_thread=True)
    def pause(self, visit: Given[Visit], data: Typed) -> Answer:
        """Nobody asks until that day; with ``stop`` the pause ends now."""
        try:
            until = None if read_line(data, "stop") else read_pause(data, now=visit.now)
            with visit.sessions.begin() as session:
                offering.pause_offer(
                    session, actor=visit.actor, municipality_id=visit.site.municipality_id, until=until, now=visit.now
                )
        except NotFound:
            return visit.redirect(HOME)
        except InvalidInput as refused:
            return _show_pause(visit, read_line(data, "pause_until"), refused.problems)
        visit.after_commit()
        flash = f"U hebt pauze tot {pages.pause_words(until, visit.now)}." if until else _BACK
        return visit.redirect(HOME, flash=flash)

    @get(f"{HOME}/stoppen", guards=[requires_sign_in], sync_to_thread=True)
    def show_stop(self, visit: Given[Visit]) -> Response[str]:
        """Really? Once it is done, the same address thanks."""
        with visit.sessions.read() as session:
            is_stopped = pages.find_offer(session, visit.actor, visit.site.municipality_id) is None
        return visit.render("offering/stop.html", pages.stop_page(is_stopped=is_stopped))

    @post(f"{HOME}/stoppen", guards=[requires_sign_in], sync_to_thread=True)
    def stop(self, visit: Given[Visit]) -> Redirect:
        """Leave the list. Pressed twice it says the same."""
        try:
            with visit.sessions.begin() as session:
                offering.leave(session, actor=visit.actor, municipality_id=visit.site.municipality_id, now=visit.now)
        except NotFound:
            return visit.redirect(f"{HOME}/stoppen")
        visit.after_commit()
        return visit.redirect(f"{HOME}/stoppen")


def _save(visit: Visit, answers: Answers) -> bool:
    """Whether somebody helps from now on who did not before. Raises InvalidInput."""
    offered = read_offer(answers)
    with visit.sessions.begin() as session:
        is_new = pages.find_offer(session, visit.actor, visit.site.municipality_id) is None
        municipality = catalogue.get_municipality(session, visit.site.municipality_id)
        offering.save_offer(session, offered, municipality=municipality, actor=visit.actor, now=visit.now)
    return is_new


def _is_young(visit: Visit, answers: Answers) -> bool:
    """Whether something is to be asked first: they say they are not eighteen, or we know they are not sixteen."""
    if visit.visitor is None:
        return is_ticked(answers, IS_YOUNG)
    with visit.sessions.read() as session:
        person = people.get_person(session, visit.visitor.person_id)
        if person.born_on is None:
            return is_ticked(answers, IS_YOUNG)
        return not minors.may_help(session, person, visit.now)


def _ask_birthday(visit: Visit, answers: Answers, jar: Cookies) -> Redirect:
    """What was typed waits in this browser; whose day of birth we know is asked for a parent at once."""
    with visit.sessions.begin() as session:
        _check(session, answers, asks_who=visit.visitor is None)
        known = people.get_person(session, visit.visitor.person_id).born_on if visit.visitor else None
        more: Answers = {BORN_ON: known.isoformat()} if known else {}
        _, token = drafts.begin(
            session,
            DraftKind.OFFER,
            municipality_id=visit.site.municipality_id,
            now=visit.now,
            answers={**answers, **more},
        )
    response = visit.redirect("/helpen/ouder" if known else "/helpen/jong")
    response.set_cookie(jar.make(jar.name(YOUNG), token, max_age_s=int(drafts.KEPT_FOR.total_seconds())))
    return response


def _check(session: Session, answers: Answers, *, asks_who: bool) -> None:
    """Everything that can be wrong is said now: after the mail nobody wants to hear it. Raises InvalidInput."""
    problems = find_contact_problems(answers) if asks_who else {}
    try:
        check_offer(read_offer(answers), skills=market.read_skill_table(session))
    except InvalidInput as refused:
        problems = {**refused.problems, **problems}
    if problems:
        raise InvalidInput(problems)


def _keep_draft(visit: Visit, answers: Answers) -> None:
    """Kept until the mail was opened. Raises InvalidInput."""
    with visit.sessions.begin() as session:
        _check(session, answers, asks_who=True)
        draft, _ = drafts.begin(
            session, DraftKind.OFFER, municipality_id=visit.site.municipality_id, now=visit.now, answers=answers
        )
        signing.ask_link(
            session,
            email=str(answers["email"]),
            municipality_id=visit.site.municipality_id,
            now=visit.now,
            draft_id=draft.id,
        )


def _show(
    visit: Visit,
    back: str | None,
    answers: Answers | None = None,
    problems: Mapping[str, str] | None = None,
    *,
    kinds: list[str] | None = None,
) -> Response[str]:
    """The form; after a mistake with everything that was typed, and what to mend."""
    with visit.sessions.read() as session:
        page = pages.read_offer_page(
            session,
            visitor=visit.visitor,
            municipality_id=visit.site.municipality_id,
            now=visit.now,
            back=back or "",
            answers=answers,
            problems=problems,
            known=known_answers(session, visit.visitor, kinds) if kinds else {},
        )
    return visit.render("offering/form.html", page, status=400 if problems else 200)


def _show_pause(visit: Visit, typed: str | None = None, problems: Mapping[str, str] | None = None) -> Answer:
    with visit.sessions.read() as session:
        page = pages.find_pause_page(
            session,
            actor=visit.actor,
            municipality_id=visit.site.municipality_id,
            now=visit.now,
            typed=typed,
            problems=problems,
        )
    if page is None:
        return visit.redirect(HOME)
    return visit.render("offering/pause.html", page, status=400 if problems else 200)
