""" "Ik wil nu iets doen": no account first; name and e-mail or telephone at the end only."""

from typing import Final
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from marketplace import drafts
from marketplace.errors import DoesNotFit, InvalidInput, SlotTaken
from marketplace.models import DraftKind
from marketplace.queries import matches
from marketplace.queries.tasks import list_open_to_anybody
from marketplace.together import tasks
from web import publishing
from web.dependencies import Answer, Given, Typed, Visit
from web.forms.reading import is_ticked, read_line
from web.forms.tasks import read_email, read_where, read_who, read_wish
from web.guards import requires_sign_in
from web.labels.problems import sentences_of
from web.pages import tasks as pages

_TAKEN: Final = "Net was iemand u voor, of het past niet. Dank u wel! Kijk wat er nog meer is."


class TasksController(Controller):
    """Posters lead here."""

    path = pages.NOW

    @get("/", sync_to_thread=True)
    def show(self, visit: Given[Visit]) -> Response[str]:
        """Where are you, what do you like; then what there is."""
        query = visit.request.query_params
        wish = read_wish(query, [str(one) for one in query.getall("leuk", [])])
        if "postcode" not in query:
            return visit.render("together/now.html", pages.make_empty(wish))
        try:
            place = read_where(wish)
        except InvalidInput as refused:
            page = pages.make_empty(wish, sentences_of(refused.problems))
            return visit.render("together/now.html", page, status=400)
        with visit.sessions.read() as session:
            page = pages.read_now(
                session,
                wish,
                place,
                municipality_id=visit.site.municipality_id,
                visitor=visit.visitor,
                now=visit.now,
            )
        return visit.render("together/now.html", page)

    @post("/laat-het-mij-weten", sync_to_thread=True)
    def tell_me(self, visit: Given[Visit], data: Typed) -> Answer:
        """One mail, within a week, as soon as something fits."""
        wish = read_wish(data)
        try:
            place, email = read_where(wish), read_email(data)
            with visit.sessions.begin() as session:
                tasks.ask_to_be_told(
                    session, email, place, wish.likes, municipality_id=visit.site.municipality_id, now=visit.now
                )
        except InvalidInput as refused:
            with visit.sessions.read() as session:
                page = pages.make_empty(wish, sentences_of(refused.problems))
            return visit.render("together/now.html", page, status=400)
        told = "Goed. Is er binnen een week iets? Dan krijgt u één mail."
        return visit.redirect(wish.href(), flash=told)

    @get("/{request_id:uuid}", sync_to_thread=True)
    def task(self, visit: Given[Visit], request_id: FromPath[UUID]) -> Answer:
        """One thing, and the last question. What needs a certificate, or is over, stands in the list."""
        wish = read_wish(visit.request.query_params, [])
        with visit.sessions.read() as session:
            if request_id not in list_open_to_anybody(session, visit.site.municipality_id):
                return visit.redirect(f"/hulpvragen/{request_id}")
            page = pages.read_task(
                session,
                request_id,
                wish,
                municipality_id=visit.site.municipality_id,
                visitor=visit.visitor,
                now=visit.now,
            )
        return visit.render("together/task.html", page)

    @post("/{request_id:uuid}", sync_to_thread=True)
    def take(self, visit: Given[Visit], request_id: FromPath[UUID], data: Typed) -> Answer:
        """I do this. Who is signed in has it at once; somebody else confirms by mail, or by telephone."""
        wish = read_wish(data)
        try:
            place = read_where(wish)
            if visit.visitor is not None:
                with visit.sessions.begin() as session:
                    publishing.take_task(
                        session,
                        request_id,
                        place,
                        actor=visit.visitor,
                        now=visit.now,
                        says_sixteen=is_ticked(data, "is_sixteen"),
                    )
                visit.after_commit()
                return visit.redirect(f"{pages.NOW}/{request_id}/hoe-het-staat")
            who = read_who(data)
            with visit.sessions.begin() as session:
                if who.email:
                    answers = {**vars(who), "request_id": str(request_id), "postcode": place.postcode}
                    where = visit.site.municipality_id
                    draft, _ = drafts.begin(
                        session, DraftKind.TASK, municipality_id=where, now=visit.now, answers=answers
                    )
                    publishing.place(session, draft, visitor=None, now=visit.now, waits_at="")
                else:
                    tasks.ask_by_telephone(
                        session,
                        request_id,
                        place,
                        first_name=who.first_name,
                        telephone=who.telephone,
                        now=visit.now,
                    )
        except InvalidInput as refused:
            return _again(visit, request_id, data, refused.problems)
        except (DoesNotFit, SlotTaken):
            return visit.redirect(wish.href(), flash=_TAKEN, kind="info")
        visit.after_commit()
        return visit.redirect("/kijk-in-uw-mail" if who.email else f"{pages.NOW}/kijk-op-uw-telefoon")

    @get("/kijk-op-uw-telefoon", sync_to_thread=True)
    def wait(self, visit: Given[Visit]) -> Response[str]:
        """One step more, on the telephone."""
        page = pages.ToldPage(
            title="Nog één stap",
            sentences=(
                "Hebt u een mobiel nummer? Dan krijgt u een bericht. Tik daarin op ja.",
                "Anders bellen wij u. Pas daarna is het van u.",
            ),
            picture="telephone",
            href="/hulpvragen",
            label="Bekijk andere hulpvragen",
        )
        return visit.render("together/told.html", page)

    @get("/{request_id:uuid}/hoe-het-staat", guards=[requires_sign_in], sync_to_thread=True)
    def standing(self, visit: Given[Visit], request_id: FromPath[UUID]) -> Redirect:
        """It is theirs, or it waits for a choice, or somebody else was first."""
        with visit.sessions.read() as session:
            match = matches.find_standing_match(session, request_id, visit.actor.person_id)
            live = matches.find_live_proposal(session, request_id, visit.actor.person_id)
        if match is not None:
            return visit.redirect(f"/koppelingen/{match.id}", flash="Dank u wel! Dit is nu van u.")
        if live is not None:
            return visit.redirect(f"/voorstellen/{live.id}")
        return visit.redirect(pages.NOW, flash=_TAKEN, kind="info")


def _again(visit: Visit, request_id: UUID, data: Typed, problems: dict[str, str]) -> Response[str]:
    typed = {name: read_line(data, name) for name in ("first_name", "email", "telephone", "postcode", "is_sixteen")}
    with visit.sessions.read() as session:
        page = pages.read_task(
            session,
            request_id,
            read_wish(data),
            municipality_id=visit.site.municipality_id,
            visitor=visit.visitor,
            now=visit.now,
            typed=typed,
            errors=sentences_of(problems),
        )
    return visit.render("together/task.html", page, status=400)
