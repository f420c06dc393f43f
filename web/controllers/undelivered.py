"""Mails that did not arrive, for whoever can tell it in another way."""

from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from marketplace import undelivered
from marketplace.clock import Clock
from marketplace.database import Sessions
from marketplace.models import NoticeChannel
from marketplace.permissions import Actor
from web.dependencies import Given
from web.guards import requires_desk
from web.pages.undelivered import UNDELIVERED, undelivered_page
from web.rendering import HttpRequest, Site, redirect, render

_TOLD = {
    NoticeChannel.TELEPHONE: "Dit staat nu bij de belletjes.",
    NoticeChannel.LETTER: "Dit staat nu bij de brieven.",
    NoticeChannel.EMAIL: "Deze mail is intussen bezorgd.",
}


class UndeliveredController(Controller):
    """The list, and another way for each."""

    path = UNDELIVERED
    guards = [requires_desk]

    @get("/", sync_to_thread=True)
    def show(
        self, request: HttpRequest, sessions: Given[Sessions], clock: Given[Clock], site: Given[Site]
    ) -> Response[str]:
        """What did not arrive."""
        with sessions.read() as session:
            page = undelivered_page(session, municipality_id=site.municipality_id, now=clock())
        return render("undelivered/list.html", page, request=request)

    @post("/{message_id:uuid}", sync_to_thread=True)
    def tell(
        self,
        request: HttpRequest,
        message_id: FromPath[UUID],
        sessions: Given[Sessions],
        clock: Given[Clock],
        actor: Given[Actor],
    ) -> Redirect:
        """Call them instead, or write."""
        with sessions.begin() as session:
            way = undelivered.tell_otherwise(session, message_id, actor=actor, now=clock())
        return redirect(UNDELIVERED, request=request, flash=_TOLD[way])

    @post("/{message_id:uuid}/opruimen", sync_to_thread=True)
    def put_away(
        self, request: HttpRequest, message_id: FromPath[UUID], sessions: Given[Sessions], actor: Given[Actor]
    ) -> Redirect:
        """It need not be told any more."""
        with sessions.begin() as session:
            undelivered.put_away(session, message_id, actor=actor)
        return redirect(UNDELIVERED, request=request, flash="Deze mail is van de lijst.")
