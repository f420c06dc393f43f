"""What we know of people: for everybody how we deal with it, and for each their own."""

import io
import json
import zipfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect
from sqlmodel import Session

from marketplace import database, privacy
from marketplace.clock import Clock
from marketplace.database import Sessions
from marketplace.delivery import sink
from marketplace.errors import InvalidInput, NotFound
from marketplace.models import ConsentKind
from marketplace.permissions import Actor
from marketplace.queries.people import get_person
from marketplace.settings import Settings
from web.cookies import Cookies
from web.dependencies import AfterCommit, Given
from web.guards import requires_desk, requires_sign_in
from web.labels.problems import sentences_of
from web.pages import privacy as pages
from web.rendering import HttpRequest, Site, redirect, render, renderer_of


class StatementController(Controller):
    """For everybody."""

    path = "/privacy"

    @get("/", sync_to_thread=True)
    def show(self, request: HttpRequest) -> Response[str]:
        """What we keep, who sees it, how long, and what anybody can ask."""
        return render("privacy/statement.html", pages.StatementPage(), request=request)

    @get("/verwijderd", sync_to_thread=True)
    def erased(self, request: HttpRequest) -> Response[str]:
        """It is done."""
        return render("privacy/erased.html", pages.ErasedPage(), request=request)


class PrivacyController(Controller):
    """One's own data."""

    path = "/mijn/privacy"
    guards = (requires_sign_in,)

    @get("/", sync_to_thread=True)
    def show(
        self, request: HttpRequest, sessions: Given[Sessions], clock: Given[Clock], actor: Given[Actor]
    ) -> Response[str]:
        """Who looked at my file, and what I can do."""
        with sessions.read() as session:
            page = pages.build_own(session, actor.person_id, now=clock())
        return render("privacy/own.html", page, request=request)

    @get("/toestemming", sync_to_thread=True)
    def consents(
        self, request: HttpRequest, sessions: Given[Sessions], clock: Given[Clock], actor: Given[Actor]
    ) -> Response[str]:
        """What I allowed, and took back."""
        with sessions.read() as session:
            page = pages.build_consents(session, actor.person_id, now=clock())
        return render("privacy/consents.html", page, request=request)

    @get("/toestemming/{kind:str}", sync_to_thread=True)
    def ask_take_back(
        self, request: HttpRequest, kind: FromPath[str], sessions: Given[Sessions], actor: Given[Actor]
    ) -> Response[str] | Redirect:
        """Is it meant, and what follows from it?"""
        with sessions.read() as session:
            page = pages.build_take_back(session, _kind(kind), actor.person_id)
        if page is None:
            return redirect(pages.CONSENT, request=request)
        return render("privacy/take_back.html", page, request=request)

    @post("/toestemming/{kind:str}", sync_to_thread=True)
    def take_back(
        self,
        request: HttpRequest,
        kind: FromPath[str],
        sessions: Given[Sessions],
        clock: Given[Clock],
        actor: Given[Actor],
        after_commit: Given[AfterCommit],
    ) -> Response[str] | Redirect:
        """Not any more."""
        wanted = _kind(kind)
        try:
            with sessions.begin() as session:
                privacy.take_back(session, wanted, actor=actor, now=clock())
        except InvalidInput as refused:
            with sessions.read() as session:
                errors = sentences_of(refused.problems)
                page = pages.build_take_back(session, wanted, actor.person_id, errors=errors)
            return render("privacy/take_back.html", page, request=request, status=400)
        after_commit()
        return redirect(pages.CONSENT, request=request, flash="Goed. Dit geldt vanaf nu.")

    @get("/export", sync_to_thread=True)
    def export(
        self,
        request: HttpRequest,
        sessions: Given[Sessions],
        clock: Given[Clock],
        site: Given[Site],
        actor: Given[Actor],
    ) -> Response[bytes]:
        """Everything of mine in one file, for machines and for people."""
        with sessions.read() as session:
            told = privacy.export_person(session, actor=actor, now=clock())
        return Response(
            _zip(request, told, site),
            media_type="application/zip",
            headers={"Content-Disposition": 'attachment; filename="mijn-gegevens.zip"', "Cache-Control": "no-store"},
        )

    @get("/verwijderen", sync_to_thread=True)
    def ask_erase(self, request: HttpRequest) -> Response[str]:
        """Is it meant?"""
        return render("privacy/erase.html", pages.ErasePage(), request=request)

    @post("/verwijderen", sync_to_thread=True)
    def erase(
        self,
        request: HttpRequest,
        sessions: Given[Sessions],
        clock: Given[Clock],
        settings: Given[Settings],
        actor: Given[Actor],
        jar: Given[Cookies],
        after_commit: Given[AfterCommit],
    ) -> Response[str] | Redirect:
        """Gone, at once; the others are told."""
        try:
            with sessions.begin() as session:
                known = _written_as(session, actor.person_id)
                privacy.erase(session, actor=actor, key=settings.secret_key, now=clock())
        except InvalidInput as refused:
            page = pages.ErasePage(sentences_of(refused.problems))
            return render("privacy/erase.html", page, request=request, status=400)
        _clean(sessions, settings, known)
        after_commit()
        response = redirect("/privacy/verwijderd", request=request)
        response.set_cookie(jar.clear(jar.sign_in))
        response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
        return response


class EraseForController(Controller):
    """For the desk: somebody without a way to sign in wants to be forgotten."""

    path = "/werk/personen/{person_id:uuid}/verwijderen"
    guards = [requires_desk]

    @get("/", sync_to_thread=True)
    def ask(
        self,
        request: HttpRequest,
        person_id: FromPath[UUID],
        sessions: Given[Sessions],
        clock: Given[Clock],
        site: Given[Site],
        actor: Given[Actor],
    ) -> Response[str]:
        """Is it meant? Looking is logged."""
        with sessions.begin() as session:
            page = _erase_for_page(session, person_id, site=site, actor=actor, now=clock())
        return render("privacy/erase_for.html", page, request=request)

    @post("/", sync_to_thread=True)
    def erase(
        self,
        request: HttpRequest,
        person_id: FromPath[UUID],
        sessions: Given[Sessions],
        clock: Given[Clock],
        settings: Given[Settings],
        site: Given[Site],
        actor: Given[Actor],
        after_commit: Given[AfterCommit],
    ) -> Response[str] | Redirect:
        """Gone, at once; the others are told."""
        now = clock()
        try:
            with sessions.begin() as session:
                known = _written_as(session, person_id)
                privacy.erase_for(
                    session,
                    person_id=person_id,
                    municipality_id=site.municipality_id,
                    actor=actor,
                    key=settings.secret_key,
                    now=now,
                )
        except InvalidInput as refused:
            with sessions.begin() as session:
                errors = sentences_of(refused.problems)
                page = _erase_for_page(session, person_id, site=site, actor=actor, now=now, errors=errors)
            return render("privacy/erase_for.html", page, request=request, status=400)
        _clean(sessions, settings, known)
        after_commit()
        return redirect("/werk", request=request, flash="Alles van deze persoon is verwijderd.")


def _erase_for_page(
    session: Session,
    person_id: UUID,
    *,
    site: Site,
    actor: Actor,
    now: datetime,
    errors: Mapping[str, str] | None = None,
) -> pages.EraseForPage:
    name = privacy.look_before_erasing(
        session, person_id=person_id, municipality_id=site.municipality_id, actor=actor, now=now
    )
    here = f"/werk/personen/{person_id}/verwijderen"
    return pages.EraseForPage(name, here, "/werk", errors or {}, title=f"Alles van {name} verwijderen?")


def _written_as(session: Session, person_id: UUID) -> tuple[str, str | None]:
    """What somebody is called in mails, and where these went."""
    person = get_person(session, person_id)
    return person.first_name, person.email


def _clean(sessions: Sessions, settings: Settings, known: tuple[str, str | None]) -> None:
    """What lies beside the tables: the pages as they were, and the mails of a demo that stay on this machine."""
    database.clean(sessions.engine)
    if settings.keeps_mail_here:
        sink.forget(Path(settings.postbox), first_name=known[0], email=known[1])


def _kind(given: str) -> ConsentKind:
    try:
        return ConsentKind(given)
    except ValueError:
        raise NotFound("a kind of consent") from None


def _zip(request: HttpRequest, told: dict[str, Any], site: Site) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as folder:
        folder.writestr("gegevens.json", json.dumps(told, ensure_ascii=False, indent=2))
        folder.writestr("gegevens.html", renderer_of(request).text("privacy/export.html", {"told": told, "site": site}))
    return kept.getvalue()
