"""Mails that did not arrive, for whoever can tell it in another way."""

from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from marketplace import undelivered
from marketplace.models import NoticeChannel
from web.dependencies import Given, Visit
from web.guards import requires_desk
from web.pages.undelivered import UNDELIVERED, undelivered_page

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
    def show(self, visit: Given[Visit]) -> Response[str]:
        """What did not arrive."""
        with visit.sessions.read() as session:
            page = undelivered_page(session, municipality_id=visit.site.municipality_id, now=visit.now)
        return visit.render("undelivered/list.html", page)

    @post("/{message_id:uuid}", sync_to_thread=True)
    def tell(self, visit: Given[Visit], message_id: FromPath[UUID]) -> Redirect:
        """Call them instead, or write."""
        with visit.sessions.begin() as session:
            way = undelivered.tell_otherwise(session, message_id, actor=visit.actor, now=visit.now)
        return visit.redirect(UNDELIVERED, flash=_TOLD[way])

    @post("/{message_id:uuid}/opruimen", sync_to_thread=True)
    def put_away(self, visit: Given[Visit], message_id: FromPath[UUID]) -> Redirect:
        """It need not be told any more."""
        with visit.sessions.begin() as session:
            undelivered.put_away(session, message_id, actor=visit.actor)
        return visit.redirect(UNDELIVERED, flash="Deze mail is van de lijst.")
