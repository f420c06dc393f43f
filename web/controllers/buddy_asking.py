"""Asking for a buddy, for oneself or in somebody's name: it goes to the buddy coordinator, never to the engine."""

from typing import Final

from litestar import Controller, Response, get, post
from litestar.params import FromQuery

from marketplace import drafts
from marketplace.errors import InvalidInput
from marketplace.models import DraftKind
from marketplace.settings import Settings
from web import publishing
from web.dependencies import Answer, Given, Typed, Visit
from web.forms import buddies as forms
from web.labels.buddies import KINDS
from web.pages.asking import MailPage
from web.pages.buddy_asking import ADDRESS, read_ask_page

_SENT: Final = f"{ADDRESS}/kijk-in-uw-mail"
_FIELDS: Final = {"agreed": "agreed", "postcode": "postcode", "kind": "kind", "text": "text"}


class BuddyAskingController(Controller):
    """Open to everybody; whoever is not known yet opens a mail first."""

    path = ADDRESS

    @get("/", sync_to_thread=True)
    def show(self, visit: Given[Visit], soort: FromQuery[str] = "") -> Response[str]:
        """What a buddy is, and the form."""
        typed = {"kind": soort} if soort in KINDS else None
        with visit.sessions.read() as session:
            page = read_ask_page(session, visit.visitor, typed=typed)
        return visit.render("buddies/ask.html", page)

    @post("/", sync_to_thread=True)
    def ask(self, visit: Given[Visit], data: Typed) -> Answer:
        """It is asked; of somebody we do not know yet, the mail comes first."""
        typed = forms.keep(data)
        problems = forms.check(typed, is_known=visit.visitor is not None)
        if not problems:
            try:
                with visit.sessions.begin() as session:
                    draft, _ = drafts.begin(
                        session,
                        DraftKind.BUDDY,
                        municipality_id=visit.site.municipality_id,
                        now=visit.now,
                        answers=typed,
                    )
                    path = publishing.place(session, draft, visitor=visit.visitor, now=visit.now, waits_at=_SENT)
            except InvalidInput as refused:
                problems = {_FIELDS.get(name, ""): code for name, code in refused.problems.items()}
        if problems:
            with visit.sessions.read() as session:
                page = read_ask_page(session, visit.visitor, typed=typed, problems=problems)
            return visit.render("buddies/ask.html", page, status=400)
        visit.after_commit()
        return visit.redirect(path)

    @get("/kijk-in-uw-mail", sync_to_thread=True)
    def sent(self, visit: Given[Visit], settings: Given[Settings]) -> Response[str]:
        """The mail is on its way; until it is opened nothing has been asked."""
        return visit.render("asking/mail.html", MailPage("", "/postbus" if settings.keeps_mail_here else "", ADDRESS))
