"""What was decided about one's own texts, a blocked account, and how one wants to hear from us."""

from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath

from marketplace.errors import InvalidInput, NotFound
from marketplace.models import Offer
from marketplace.queries import blocks, moderation
from marketplace.talk import moderating, suspending, wishing
from web.dependencies import Answer, Given, Typed, Visit
from web.forms.reading import read_text
from web.forms.talk import read_wishes
from web.guards import requires_fresh_proof, requires_sign_in
from web.labels.problems import sentences_of
from web.pages import own_texts as pages
from web.pages.wishes import read_details_page


class OwnTextsController(Controller):
    """For whoever is signed in."""

    path = "/mijn/teksten"
    guards = [requires_sign_in]

    @get("/", sync_to_thread=True)
    def show(self, visit: Given[Visit]) -> Response[str]:
        """What was said, and what is to be changed."""
        with visit.sessions.read() as session:
            page = pages.read_own_texts(session, visit.actor, now=visit.now)
        return visit.render("talk/own_texts.html", page)

    @post("/{report_id:uuid}", sync_to_thread=True)
    def change(self, visit: Given[Visit], report_id: FromPath[UUID], data: Typed) -> Answer:
        """Another text instead. What is wrong with it is said, and it comes back."""
        text = read_text(data, f"text_{report_id}")
        try:
            with visit.sessions.begin() as session:
                report = moderation.get_report(session, report_id)
                if report.person_id != visit.actor.person_id:
                    raise NotFound(f"report {report_id}")
                if report.request_id is not None:
                    moderating.change_text(
                        session, request_id=report.request_id, text=text, actor=visit.actor, now=visit.now
                    )
                else:
                    offer = session.get_one(Offer, report.offer_id)
                    moderating.change_sentence(session, offer=offer, text=text, actor=visit.actor, now=visit.now)
        except InvalidInput as refused:
            with visit.sessions.read() as session:
                page = pages.read_own_texts(
                    session,
                    visit.actor,
                    now=visit.now,
                    wrong=str(report_id),
                    typed=text,
                    problem=next(iter(refused.problems.values())),
                )
            return visit.render("talk/own_texts.html", page, status=400)
        visit.after_commit()
        return visit.redirect("/mijn/teksten", flash="Dank u wel. Uw tekst is aangepast.")


class BlockedController(Controller):
    """The only page, besides one's rights, that somebody whose account is blocked gets to see."""

    path = "/geblokkeerd"
    guards = [requires_sign_in]

    @get("/", sync_to_thread=True)
    def show(self, visit: Given[Visit]) -> Answer:
        """Why, and one button."""
        with visit.sessions.read() as session:
            suspension = blocks.find_suspension(session, visit.actor.person_id)
            if suspension is None:
                return visit.redirect("/mijn")
            page = pages.make_blocked_page(suspension, now=visit.now)
        return visit.render("talk/blocked.html", page)

    @post("/bezwaar", sync_to_thread=True)
    def appeal(self, visit: Given[Visit], data: Typed) -> Answer:
        """Somebody else looks again."""
        words = read_text(data, "words")
        try:
            with visit.sessions.begin() as session:
                suspending.appeal(session, person_id=visit.actor.person_id, words=words, now=visit.now)
        except NotFound:
            return visit.redirect("/mijn")
        except InvalidInput as refused:
            with visit.sessions.read() as session:
                suspension = blocks.find_suspension(session, visit.actor.person_id)
                assert suspension is not None
                page = pages.make_blocked_page(suspension, now=visit.now, words=words, problems=refused.problems)
            return visit.render("talk/blocked.html", page, status=400)
        visit.after_commit()
        return visit.redirect("/geblokkeerd", flash="Uw bezwaar is verstuurd. Iemand anders van ons kijkt ernaar.")


class WishesController(Controller):
    """On the page where people keep their details."""

    path = "/mijn/gegevens/berichten"
    guards = [requires_fresh_proof]

    @post("/", sync_to_thread=True)
    def change(self, visit: Given[Visit], data: Typed) -> Answer:
        """By what channel, how often, and when not."""
        wishes, problems = read_wishes(data)
        try:
            if problems:
                raise InvalidInput(problems)
            with visit.sessions.begin() as session:
                wishing.change(session, wishes=wishes, actor=visit.actor, now=visit.now)
        except InvalidInput as refused:
            with visit.sessions.read() as session:
                page = read_details_page(
                    session, visit.actor, typed_wishes=dict(data), errors=sentences_of(refused.problems)
                )
            return visit.render("mine/details.html", page, status=400)
        return visit.redirect("/mijn/gegevens", flash="Zo houden wij u op de hoogte.")
