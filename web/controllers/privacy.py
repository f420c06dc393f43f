"""What we know of people: for everybody how we deal with it, and for each their own."""

import io
import json
import zipfile
from typing import Any

from litestar import Controller, Response, get, post
from litestar.response import Redirect

from marketplace import database, privacy
from marketplace.clock import Clock
from marketplace.database import Sessions
from marketplace.errors import InvalidInput
from marketplace.permissions import Actor
from marketplace.settings import Settings
from web.cookies import Cookies
from web.dependencies import AfterCommit, Given
from web.guards import requires_sign_in
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
                privacy.erase(session, actor=actor, key=settings.secret_key, now=clock())
        except InvalidInput as refused:
            page = pages.ErasePage(sentences_of(refused.problems))
            return render("privacy/erase.html", page, request=request, status=400)
        database.clean(sessions.engine)
        after_commit()
        response = redirect("/privacy/verwijderd", request=request)
        response.set_cookie(jar.clear(jar.sign_in))
        response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
        return response


def _zip(request: HttpRequest, told: dict[str, Any], site: Site) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as folder:
        folder.writestr("gegevens.json", json.dumps(told, ensure_ascii=False, indent=2))
        folder.writestr("gegevens.html", renderer_of(request).text("privacy/export.html", {"told": told, "site": site}))
    return kept.getvalue()
