"""A trajectory with a buddy, for the two of it and who asked: on their own page, or by a link for one answer."""

from typing import Final
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect
from sqlmodel import Session

from marketplace import posting
from marketplace.asks import NewRequest, WeekPiece
from marketplace.buddies import agreeing, asking, ending, introducing, talks
from marketplace.buddies.policies import MEANWHILE, BuddyPolicy
from marketplace.errors import DoesNotFit, IllegalTransition, InvalidInput, NotFound
from marketplace.geocoding import Place
from marketplace.links import BuddyLinks
from marketplace.models import IntroductionStatus, TrajectoryStatus
from marketplace.permissions import Actor
from marketplace.queries import buddies as queries
from marketplace.queries import catalogue, people
from web.dependencies import Answer, Given, Typed, Visit
from web.forms import buddies as forms
from web.forms.reading import Form, read_id, read_line
from web.guards import requires_sign_in
from web.pages import buddies as pages
from web.pages.buddies import OWN

_CHANGED: Final = "Er is intussen iets veranderd. Zo staat het nu."
_DAYTIME: Final = tuple(WeekPiece(weekday, 9 * 60, 18 * 60) for weekday in range(7))
_COFFEE: Final = "Ik drink graag een kop koffie met iemand. Even een praatje is al fijn."
_TALK: Final = "gesprek"


class OwnBuddyController(Controller):
    """For who gets a buddy, who is one, and who asked in somebody's name."""

    path = f"{OWN}/{{trajectory_id:uuid}}"
    guards = [requires_sign_in]

    @get(sync_to_thread=True)
    def show(
        self, visit: Given[Visit], trajectory_id: FromPath[UUID], buddy_policy: Given[BuddyPolicy]
    ) -> Response[str]:
        """How it stands, and what is asked now."""
        with visit.sessions.read() as session:
            page = pages.read_own_page(session, trajectory_id, actor=visit.actor, now=visit.now, policy=buddy_policy)
        return visit.render("buddies/own.html", page)

    @post(sync_to_thread=True)
    def answer(
        self, visit: Given[Visit], trajectory_id: FromPath[UUID], data: Typed, buddy_policy: Given[BuddyPolicy]
    ) -> Answer:
        """What somebody says: yes or no, good so, or how it goes."""
        return _answer(visit, trajectory_id, visit.actor, data, buddy_policy, link="")

    @post("/koffie", sync_to_thread=True)
    def ask_coffee(self, visit: Given[Visit], trajectory_id: FromPath[UUID]) -> Redirect:
        """Lighter company meanwhile, asked like any other help. Pressed twice it is asked once."""
        with visit.sessions.begin() as session:
            seen = pages.see(session, trajectory_id, visit.actor)
            if seen.trajectory.resident_id != visit.actor.person_id:
                raise NotFound(f"trajectory {trajectory_id}")
            request_id = seen.trajectory.meanwhile_id or _ask_coffee(session, visit, trajectory_id)
        visit.after_commit()
        return visit.redirect(f"/mijn/vragen/{request_id}", flash="Wij zoeken iemand voor een kop koffie.")

    @get("/stoppen", sync_to_thread=True)
    def ask_stop(self, visit: Given[Visit], trajectory_id: FromPath[UUID]) -> Answer:
        """Really?"""
        with visit.sessions.read() as session:
            page = pages.read_sure_page(session, trajectory_id, actor=visit.actor)
        if page is None:
            return visit.redirect(f"{OWN}/{trajectory_id}", flash=_CHANGED, kind="info")
        return visit.render("meeting/sure.html", page)

    @post("/stoppen", sync_to_thread=True)
    def stop(self, visit: Given[Visit], trajectory_id: FromPath[UUID], buddy_policy: Given[BuddyPolicy]) -> Redirect:
        """No longer, or not after all. Without a reason."""
        here = f"{OWN}/{trajectory_id}"
        try:
            with visit.sessions.begin() as session:
                seen = pages.see(session, trajectory_id, visit.actor)
                if seen.trajectory.status is TrajectoryStatus.RUNNING:
                    ending.stop(
                        session, trajectory_id=trajectory_id, actor=visit.actor, now=visit.now, policy=buddy_policy
                    )
                else:
                    asking.withdraw(session, trajectory_id=trajectory_id, actor=visit.actor, now=visit.now)
        except IllegalTransition:
            return visit.redirect(here, flash=_CHANGED, kind="info")
        visit.after_commit()
        return visit.redirect(here, flash="Dat is goed. Wij hebben het genoteerd.")


class LinkBuddyController(Controller):
    """By a mailed link: only what is asked now, and nothing that was said before. Opening it changes nothing."""

    path = "/maatje/vraag/{token:str}"

    @get(sync_to_thread=True)
    def show(
        self,
        visit: Given[Visit],
        token: FromPath[str],
        buddy_links: Given[BuddyLinks],
        buddy_policy: Given[BuddyPolicy],
    ) -> Response[str]:
        """The question."""
        trajectory_id, actor = _read(buddy_links, token)
        with visit.sessions.read() as session:
            here = buddy_links.path_of(trajectory_id, actor.person_id)
            page = pages.read_own_page(
                session, trajectory_id, actor=actor, now=visit.now, policy=buddy_policy, action=here
            )
        return visit.render("buddies/own.html", page)

    @post(sync_to_thread=True)
    def answer(
        self,
        visit: Given[Visit],
        token: FromPath[str],
        data: Typed,
        buddy_links: Given[BuddyLinks],
        buddy_policy: Given[BuddyPolicy],
    ) -> Answer:
        """The answer."""
        trajectory_id, actor = _read(buddy_links, token)
        link = buddy_links.path_of(trajectory_id, actor.person_id)
        return _answer(visit, trajectory_id, actor, data, buddy_policy, link=link)


def _read(links: BuddyLinks, token: str) -> tuple[UUID, Actor]:
    found = links.read_pair(token)
    if found is None:
        raise NotFound("a link to a trajectory")
    return found[0], Actor(found[1])


def _answer(visit: Visit, trajectory_id: UUID, actor: Actor, data: Form, policy: BuddyPolicy, *, link: str) -> Answer:
    here, given = link or f"{OWN}/{trajectory_id}", read_line(data, "answer")
    if given == _TALK:
        return _say_how_it_goes(visit, trajectory_id, actor, data, policy, link=link)
    try:
        with visit.sessions.begin() as session:
            told = _do(session, trajectory_id, actor, given, visit, policy)
    except (IllegalTransition, DoesNotFit):
        return visit.redirect(here, flash=_CHANGED, kind="info")
    visit.after_commit()
    return visit.redirect(here, flash=told) if told else visit.redirect(here)


def _do(session: Session, trajectory_id: UUID, actor: Actor, given: str, visit: Visit, policy: BuddyPolicy) -> str:
    """The step that an answer stands for, as it stands now; the sentence to show."""
    if given == "akkoord":
        agreeing.agree(session, trajectory_id=trajectory_id, actor=actor, now=visit.now, policy=policy)
        return "Fijn. Zo spreken wij het af."
    if given not in ("ja", "nee"):
        return ""
    pair = queries.find_live(session, trajectory_id)
    asked = pair is not None and pair.status in (IntroductionStatus.ASKED, IntroductionStatus.OFFERED)
    act = introducing.answer if asked else introducing.go_on
    act(session, trajectory_id=trajectory_id, is_yes=given == "ja", actor=actor, now=visit.now, policy=policy)
    return "Dank u wel. U hoort van ons." if given == "ja" else "Dat is goed. Dank u wel dat u het zegt."


def _say_how_it_goes(
    visit: Visit, trajectory_id: UUID, actor: Actor, data: Form, policy: BuddyPolicy, *, link: str
) -> Answer:
    here = link or f"{OWN}/{trajectory_id}"
    talk_id = read_id(read_line(data, "talk_id"))
    if talk_id is None:
        raise NotFound("a talk")
    said = forms.read_talk(data)
    try:
        with visit.sessions.begin() as session:
            talks.answer(session, talk_id=talk_id, said=said, actor=actor, now=visit.now, policy=policy)
            worries = talks.is_worrying(said)
            page = pages.read_thanks(session, trajectory_id, actor=actor, is_worrying=worries, is_link=bool(link))
    except IllegalTransition:
        return visit.redirect(here, flash=_CHANGED, kind="info")
    except InvalidInput as refused:
        with visit.sessions.read() as session:
            asked = pages.read_own_page(
                session,
                trajectory_id,
                actor=actor,
                now=visit.now,
                policy=policy,
                action=link,
                typed=forms.keep_talk(data),
                problems=forms.on_fields(refused.problems),
            )
        return visit.render("buddies/own.html", asked, status=400)
    visit.after_commit()
    return visit.render("buddies/own.html", page)


def _ask_coffee(session: Session, visit: Visit, trajectory_id: UUID) -> UUID:
    """An ordinary request in neutral words: that somebody waits for a buddy is nobody's business."""
    trajectory = queries.lock_trajectory(session, trajectory_id)
    if trajectory.meanwhile_id is not None:
        return trajectory.meanwhile_id
    municipality = catalogue.get_municipality(session, trajectory.municipality_id)
    person = people.get_person(session, trajectory.resident_id)
    asked = NewRequest(
        skill_code=MEANWHILE,
        text=_COFFEE,
        place=Place(
            postcode=trajectory.postcode,
            municipality=municipality.name,
            neighbourhood=trajectory.neighbourhood,
            latitude=trajectory.latitude,
            longitude=trajectory.longitude,
            precision=trajectory.precision,
        ),
        minutes=60,
        weekly=_DAYTIME,
        street=person.street,
        house_number=person.house_number,
    )
    request = posting.post_request(
        session, asked, municipality=municipality, requester_id=person.id, actor=visit.actor, now=visit.now
    )
    asking.note_meanwhile(session, trajectory_id=trajectory_id, request_id=request.id, actor=visit.actor)
    return request.id
