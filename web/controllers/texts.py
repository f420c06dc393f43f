"""Standard texts: read by everybody of the desk, written by team leads; filled in for a case; and a poster."""

from typing import Final
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath

from marketplace import coordination, permissions, texts
from marketplace.errors import InvalidInput, Overtaken
from web.dependencies import Answer, Given, Typed, Visit
from web.forms.reading import read_line, read_text, read_whole
from web.guards import requires_desk, requires_staff
from web.pages import texts as pages

_OVERTAKEN: Final = "Een collega heeft deze tekst intussen veranderd. Kijk hieronder, en bewaar dan opnieuw."


class TextController(Controller):
    """The texts of this municipality."""

    path = pages.TEXTS
    guards = [requires_desk]

    @get("/", sync_to_thread=True)
    def show(self, visit: Given[Visit]) -> Response[str]:
        """Every text in use."""
        with visit.sessions.read() as session:
            page = pages.read_texts_page(session, visit.site, actor=visit.actor)
        return visit.render("texts/texts.html", page)

    @get("/{code:str}", sync_to_thread=True)
    def edit(self, visit: Given[Visit], code: FromPath[str]) -> Response[str]:
        """Write one, with every version that was."""
        permissions.require(visit.actor.has_role(visit.site.municipality_id, texts.LEADS))
        with visit.sessions.read() as session:
            page = pages.read_edit_page(session, visit.site.municipality_id, code, now=visit.now)
        return visit.render("texts/edit.html", page)

    @post("/{code:str}", sync_to_thread=True)
    def save(self, visit: Given[Visit], code: FromPath[str], data: Typed) -> Answer:
        """A new version."""
        where = visit.site.municipality_id
        typed = {"title": read_line(data, "title"), "text": read_text(data, "text")}
        try:
            with visit.sessions.begin() as session:
                texts.save(
                    session,
                    municipality_id=where,
                    code="" if code == pages.NEW else code,
                    based_on=read_whole(read_line(data, "based_on")) or 0,
                    actor=visit.actor,
                    now=visit.now,
                    **typed,
                )
        except InvalidInput as refused:
            with visit.sessions.read() as session:
                kept = typed | {"based_on": read_line(data, "based_on")}
                page = pages.read_edit_page(session, where, code, now=visit.now, typed=kept, problems=refused.problems)
            return visit.render("texts/edit.html", page, status=400)
        except Overtaken:
            with visit.sessions.read() as session:
                newest = str(texts.get_text(session, where, code).version)
                kept = typed | {"based_on": newest}
                page = pages.read_edit_page(session, where, code, now=visit.now, typed=kept, told=_OVERTAKEN)
            return visit.render("texts/edit.html", page, status=409)
        return visit.redirect(pages.TEXTS, flash="De tekst is bewaard.")

    @post("/{code:str}/weg", sync_to_thread=True)
    def retire(self, visit: Given[Visit], code: FromPath[str], data: Typed) -> Answer:
        """Not in use any more."""
        with visit.sessions.begin() as session:
            texts.retire(
                session,
                municipality_id=visit.site.municipality_id,
                code=code,
                based_on=read_whole(read_line(data, "based_on")) or 0,
                actor=visit.actor,
                now=visit.now,
            )
        return visit.redirect(pages.TEXTS, flash="De tekst staat niet meer in de lijst.")


class PosterController(Controller):
    """What staff take along from a case: texts filled in, and a sheet for a notice board. Looking is logged."""

    path = "/werk/{request_id:uuid}"
    guards = [requires_staff]

    @get("/teksten", sync_to_thread=True)
    def fill_in(self, visit: Given[Visit], request_id: FromPath[UUID]) -> Response[str]:
        """The texts with the fields of this case."""
        with visit.sessions.begin() as session:
            case = coordination.read_case(session, request_id=request_id, actor=visit.actor, now=visit.now)
            page = pages.read_case_texts(session, case, visit.site, actor=visit.actor, now=visit.now)
        return visit.render("texts/texts.html", page)

    @get("/poster", sync_to_thread=True)
    def poster(self, visit: Given[Visit], request_id: FromPath[UUID]) -> Response[str]:
        """One sheet of A4."""
        with visit.sessions.begin() as session:
            case = coordination.read_case(session, request_id=request_id, actor=visit.actor, now=visit.now)
            page = pages.read_poster(session, case, visit.site, now=visit.now)
        return visit.render("texts/poster.html", page)
