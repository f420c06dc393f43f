"""For the desk: two files that are of one person become one, and can be taken apart again."""

from collections.abc import Mapping
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath

from marketplace import merging
from marketplace.errors import InvalidInput, NotFound
from web.dependencies import Answer, Given, Typed, Visit
from web.forms.reading import read_id, read_line
from web.guards import requires_desk
from web.labels.problems import sentence_of
from web.pages.merging import build_doubles


class MergingController(Controller):
    """Somebody who may be here twice."""

    path = "/werk/personen/{person_id:uuid}/dubbel"
    guards = [requires_desk]

    @get("/", sync_to_thread=True)
    def show(self, visit: Given[Visit], person_id: FromPath[UUID]) -> Response[str]:
        """Who else it may be. Looking is logged."""
        return _show(visit, person_id)

    @post("/", sync_to_thread=True)
    def merge(self, visit: Given[Visit], person_id: FromPath[UUID], data: Typed) -> Answer:
        """They are one."""
        other_id = read_id(read_line(data, "ander"))
        if other_id is None:
            raise NotFound("person")
        try:
            with visit.sessions.begin() as session:
                done = merging.merge(
                    session,
                    one_id=person_id,
                    other_id=other_id,
                    municipality_id=visit.site.municipality_id,
                    actor=visit.actor,
                    now=visit.now,
                )
                kept = done.kept_id
        except InvalidInput as refused:
            return _show(visit, person_id, errors=_words(refused))
        told = "Het is nu één dossier. Beide geschiedenissen staan erin."
        return visit.redirect(f"/werk/personen/{kept}/dubbel", flash=told)

    @post("/uit-elkaar", sync_to_thread=True)
    def undo(self, visit: Given[Visit], person_id: FromPath[UUID], data: Typed) -> Answer:
        """They are two after all."""
        merge_id = read_id(read_line(data, "samenvoeging"))
        if merge_id is None:
            raise NotFound("merge")
        try:
            with visit.sessions.begin() as session:
                merging.undo(session, merge_id=merge_id, actor=visit.actor, now=visit.now)
        except InvalidInput as refused:
            return _show(visit, person_id, errors=_words(refused))
        told = "Het zijn weer twee dossiers. Ieder heeft terug wat van hen was."
        return visit.redirect(f"/werk/personen/{person_id}/dubbel", flash=told)


def _words(refused: InvalidInput) -> dict[str, str]:
    return {"": sentence_of(next(iter(refused.problems.values())))}


def _show(visit: Visit, person_id: UUID, *, errors: Mapping[str, str] | None = None) -> Response[str]:
    where = visit.site.municipality_id
    with visit.sessions.begin() as session:
        person = merging.look(session, person_id=person_id, municipality_id=where, actor=visit.actor, now=visit.now)
        page = build_doubles(session, person, municipality_id=where, actor=visit.actor, now=visit.now, errors=errors)
    return visit.render("coordinating/doubles.html", page, status=400 if errors else 200)
