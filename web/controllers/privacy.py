"""What we know of people: for everybody how we deal with it, and for each their own."""

import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from sqlmodel import Session

from marketplace import database, privacy
from marketplace.delivery import sink
from marketplace.errors import InvalidInput, NotFound
from marketplace.models import ConsentKind
from marketplace.queries.people import get_person
from marketplace.settings import Settings
from web.cookies import Cookies
from web.dependencies import Answer, Given, Visit
from web.guards import requires_desk, requires_sign_in
from web.labels.problems import sentences_of
from web.pages import privacy as pages
from web.rendering import renderer_of


class StatementController(Controller):
    """For everybody."""

    path = "/privacy"

    @get("/", sync_to_thread=True)
    def show(self, visit: Given[Visit]) -> Response[str]:
        """What we keep, who sees it, how long, and what anybody can ask."""
        return visit.render("privacy/statement.html", pages.StatementPage())

    @get("/verwijderd", sync_to_thread=True)
    def erased(self, visit: Given[Visit]) -> Response[str]:
        """It is done."""
        return visit.render("privacy/erased.html", pages.ErasedPage())


class PrivacyController(Controller):
    """One's own data."""

    path = "/mijn/privacy"
    guards = (requires_sign_in,)

    @get("/", sync_to_thread=True)
    def show(self, visit: Given[Visit]) -> Response[str]:
        """Who looked at my file, and what I can do."""
        with visit.sessions.read() as session:
            page = pages.build_own(session, visit.actor.person_id, now=visit.now)
        return visit.render("privacy/own.html", page)

    @get("/toestemming", sync_to_thread=True)
    def consents(self, visit: Given[Visit]) -> Response[str]:
        """What I allowed, and took back."""
        with visit.sessions.read() as session:
            page = pages.build_consents(session, visit.actor.person_id, now=visit.now)
        return visit.render("privacy/consents.html", page)

    @get("/toestemming/{kind:str}", sync_to_thread=True)
    def ask_take_back(self, visit: Given[Visit], kind: FromPath[str]) -> Answer:
        """Is it meant, and what follows from it?"""
        with visit.sessions.read() as session:
            page = pages.build_take_back(session, _kind(kind), visit.actor.person_id)
        if page is None:
            return visit.redirect(pages.CONSENT)
        return visit.render("privacy/take_back.html", page)

    @post("/toestemming/{kind:str}", sync_to_thread=True)
    def take_back(self, visit: Given[Visit], kind: FromPath[str]) -> Answer:
        """Not any more."""
        wanted = _kind(kind)
        try:
            with visit.sessions.begin() as session:
                privacy.take_back(session, wanted, actor=visit.actor, now=visit.now)
        except InvalidInput as refused:
            with visit.sessions.read() as session:
                errors = sentences_of(refused.problems)
                page = pages.build_take_back(session, wanted, visit.actor.person_id, errors=errors)
            return visit.render("privacy/take_back.html", page, status=400)
        visit.after_commit()
        return visit.redirect(pages.CONSENT, flash="Goed. Dit geldt vanaf nu.")

    @get("/export", sync_to_thread=True)
    def export(self, visit: Given[Visit]) -> Response[bytes]:
        """Everything of mine in one file, for machines and for people."""
        with visit.sessions.read() as session:
            told = privacy.export_person(session, actor=visit.actor, now=visit.now)
        return Response(
            _zip(visit, told),
            media_type="application/zip",
            headers={"Content-Disposition": 'attachment; filename="mijn-gegevens.zip"', "Cache-Control": "no-store"},
        )

    @get("/verwijderen", sync_to_thread=True)
    def ask_erase(self, visit: Given[Visit]) -> Response[str]:
        """Is it meant?"""
        return visit.render("privacy/erase.html", pages.ErasePage())

    @post("/verwijderen", sync_to_thread=True)
    def erase(self, visit: Given[Visit], settings: Given[Settings], jar: Given[Cookies]) -> Answer:
        """Gone, at once; the others are told."""
        try:
            with visit.sessions.begin() as session:
                known = _written_as(session, visit.actor.person_id)
                privacy.erase(session, actor=visit.actor, key=settings.secret_key, now=visit.now)
        except InvalidInput as refused:
            page = pages.ErasePage(sentences_of(refused.problems))
            return visit.render("privacy/erase.html", page, status=400)
        _clean(visit, settings, known)
        visit.after_commit()
        response = visit.redirect("/privacy/verwijderd")
        response.set_cookie(jar.clear(jar.sign_in))
        response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
        return response


class EraseForController(Controller):
    """For the desk: somebody without a way to sign in wants to be forgotten."""

    path = "/werk/personen/{person_id:uuid}/verwijderen"
    guards = [requires_desk]

    @get("/", sync_to_thread=True)
    def ask(self, visit: Given[Visit], person_id: FromPath[UUID]) -> Response[str]:
        """Is it meant? Looking is logged."""
        with visit.sessions.begin() as session:
            page = _erase_for_page(visit, session, person_id)
        return visit.render("privacy/erase_for.html", page)

    @post("/", sync_to_thread=True)
    def erase(self, visit: Given[Visit], person_id: FromPath[UUID], settings: Given[Settings]) -> Answer:
        """Gone, at once; the others are told."""
        try:
            with visit.sessions.begin() as session:
                known = _written_as(session, person_id)
                privacy.erase_for(
                    session,
                    person_id=person_id,
                    municipality_id=visit.site.municipality_id,
                    actor=visit.actor,
                    key=settings.secret_key,
                    now=visit.now,
                )
        except InvalidInput as refused:
            with visit.sessions.begin() as session:
                errors = sentences_of(refused.problems)
                page = _erase_for_page(visit, session, person_id, errors=errors)
            return visit.render("privacy/erase_for.html", page, status=400)
        _clean(visit, settings, known)
        visit.after_commit()
        return visit.redirect("/werk", flash="Alles van deze persoon is verwijderd.")


def _erase_for_page(
    visit: Visit, session: Session, person_id: UUID, *, errors: Mapping[str, str] | None = None
) -> pages.EraseForPage:
    name = privacy.look_before_erasing(
        session, person_id=person_id, municipality_id=visit.site.municipality_id, actor=visit.actor, now=visit.now
    )
    here = f"/werk/personen/{person_id}/verwijderen"
    return pages.EraseForPage(name, here, "/werk", errors or {}, title=f"Alles van {name} verwijderen?")


def _written_as(session: Session, person_id: UUID) -> tuple[str, str | None]:
    """What somebody is called in mails, and where these went."""
    person = get_person(session, person_id)
    return person.first_name, person.email


def _clean(visit: Visit, settings: Settings, known: tuple[str, str | None]) -> None:
    """What lies beside the tables: the pages as they were, and the mails of a demo that stay on this machine."""
    database.clean(visit.sessions.engine)
    if settings.keeps_mail_here:
        sink.forget(Path(settings.postbox), first_name=known[0], email=known[1])


def _kind(given: str) -> ConsentKind:
    try:
        return ConsentKind(given)
    except ValueError:
        raise NotFound("a kind of consent") from None


def _zip(visit: Visit, told: dict[str, Any]) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as folder:
        folder.writestr("gegevens.json", json.dumps(told, ensure_ascii=False, indent=2))
        page = renderer_of(visit.request).text("privacy/export.html", {"told": told, "site": visit.site})
        folder.writestr("gegevens.html", page)
    return kept.getvalue()
