"""The mails that stay here while there is no mail server. In production this controller is not routed at all."""

from dataclasses import replace
from pathlib import Path
from typing import Final

from litestar import Controller, Response, get, post
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect

from marketplace import demo, signing
from marketplace.delivery import sink
from marketplace.errors import NotAllowed, NotFound
from marketplace.settings import Settings
from web.dependencies import Given, RunDue, Visit
from web.pages.postbox import KeptPage, PostboxPage

# Who tries a demo out signs in as somebody else every minute.
_OFTEN: Final = replace(signing.POLICY, links_per_hour=1000)


class PostboxController(Controller):
    """Open to everybody on this machine: everything here is made up, or a developer's own."""

    path = "/postbus"

    @get(sync_to_thread=True)
    def show(self, visit: Given[Visit], settings: Given[Settings]) -> Response[str]:
        """Every mail that stayed here."""
        people: tuple[demo.SignInAs, ...] = ()
        if settings.is_demo:
            with visit.sessions.read() as session:
                people = demo.list_sign_ins(session, visit.site.municipality_id)
        page = PostboxPage.of(sink.list_kept(Path(settings.postbox)), people)
        return visit.render("postbox/list.html", page)

    @get("/{key:str}", sync_to_thread=True)
    def read(self, visit: Given[Visit], key: FromPath[str], settings: Given[Settings]) -> Response[str]:
        """One mail."""
        mail = sink.find_kept(Path(settings.postbox), key)
        if mail is None:
            raise NotFound("mail")
        return visit.render("postbox/mail.html", KeptPage.of(mail, settings.base_url))

    @post("/inloggen", sync_to_thread=True)
    def sign_in_as(
        self,
        visit: Given[Visit],
        data: URLEncodedBody[dict[str, str]],
        settings: Given[Settings],
        run_due: Given[RunDue],
    ) -> Redirect:
        """Send the mail that signs in as one of the made-up people; only a demo does so."""
        if not settings.is_demo:
            raise NotAllowed("no demo")
        with visit.sessions.begin() as session:
            known = {person.email for person in demo.list_sign_ins(session, visit.site.municipality_id)}
            if (email := data.get("email", "")) not in known:
                raise NotFound("person")
            signing.ask_link(
                session, email=email, municipality_id=visit.site.municipality_id, now=visit.now, policy=_OFTEN
            )
        run_due()  # not after the response: the next page shows the mail
        return visit.redirect("/postbus", flash="De mail is er. Open hem en druk op de knop.")
