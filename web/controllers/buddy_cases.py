"""The buddy coordinator's side: the board, and every step in one trajectory."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.params import FromPath
from sqlmodel import Session

from marketplace.buddies import agreeing, ending, intake, introducing, talks, undoing
from marketplace.buddies.policies import BuddyPolicy
from marketplace.errors import DoesNotFit, IllegalTransition, InvalidInput, NotFound
from marketplace.queries import buddies as queries
from web.dependencies import Answer, Given, Typed, Visit
from web.forms import buddies as forms
from web.forms.reading import Form, read_day, read_id, read_line, read_many, read_text
from web.guards import requires_staff
from web.pages import buddy_cases as pages
from web.pages.buddy_cases import STAFF, UNDO

_CHANGED: Final = "Er is intussen iets veranderd. Zo staat het nu."
_TOO_LATE: Final = "Dit kan niet meer ongedaan: de minuut is voorbij, of iemand deed intussen iets."
_NOT_TRAINED: Final = "Dat kan niet: de VOG of de training is niet gezien of verlopen, of deze buddy heeft al iemand."
_TYPED: Final = (
    "intake_day",
    "intake_time",
    "need",
    "wishes",
    "note",
    "later",
    "meeting_day",
    "meeting_time",
    "where",
    "goal",
    "ends_on",
    "look_back",
    "what_next",
    "ending",
    "side",
)
_Act = Callable[..., object]


class BuddyCaseController(Controller):
    """For whoever works on trajectories; whose they are, `marketplace.permissions` says."""

    path = STAFF
    guards = [requires_staff]

    @get(sync_to_thread=True)
    def show_board(self, visit: Given[Visit], buddy_policy: Given[BuddyPolicy]) -> Response[str]:
        """What is due, who waits, whose papers run out, and who has how much."""
        with visit.sessions.read() as session:
            page = pages.read_board(
                session, visit.site.municipality_id, actor=visit.actor, now=visit.now, policy=buddy_policy
            )
        return visit.render("buddies/board.html", page)

    @get("/{trajectory_id:uuid}", sync_to_thread=True)
    def show(self, visit: Given[Visit], trajectory_id: FromPath[UUID], buddy_policy: Given[BuddyPolicy]) -> Answer:
        """One trajectory. Looking is logged."""
        return _show(visit, trajectory_id, buddy_policy)

    @post("/{trajectory_id:uuid}/{step:str}", sync_to_thread=True)
    def take_step(
        self,
        visit: Given[Visit],
        trajectory_id: FromPath[UUID],
        step: FromPath[str],
        data: Typed,
        buddy_policy: Given[BuddyPolicy],
    ) -> Answer:
        """One step; what is missing comes back with everything that was typed."""
        if step == UNDO:
            return _undo(visit, trajectory_id, data)
        if step not in _STEPS:
            raise NotFound(f"step {step}")
        act, told = _STEPS[step](data, buddy_policy)
        try:
            with visit.sessions.begin() as session:
                run = partial(act, session, trajectory_id=trajectory_id, actor=visit.actor, now=visit.now)
                undoing.record(session, step, run, trajectory_id=trajectory_id, actor=visit.actor, now=visit.now)
        except InvalidInput as refused:
            return _show(visit, trajectory_id, buddy_policy, typed=_keep(data), problems=refused.problems)
        except DoesNotFit:
            return visit.redirect(f"{STAFF}/{trajectory_id}", flash=_NOT_TRAINED, kind="error")
        except IllegalTransition:
            return visit.redirect(f"{STAFF}/{trajectory_id}", flash=_CHANGED, kind="info")
        visit.after_commit()
        return visit.redirect(f"{STAFF}/{trajectory_id}", flash=told)


def _undo(visit: Visit, trajectory_id: UUID, data: Form) -> Answer:
    step_id = read_id(read_line(data, "stap"))
    if step_id is None:
        raise NotFound("a step")
    here = f"{STAFF}/{trajectory_id}"
    try:
        with visit.sessions.begin() as session:
            undoing.undo(session, trajectory_id=trajectory_id, step_id=step_id, actor=visit.actor, now=visit.now)
    except IllegalTransition:
        return visit.redirect(here, flash=_TOO_LATE, kind="info")
    visit.after_commit()
    return visit.redirect(here, flash="Het is ongedaan gemaakt. Niemand kreeg bericht.")


def _see_talk(session: Session, *, trajectory_id: UUID, talk_id: UUID | None, **who: Any) -> None:
    if talk_id is None or queries.get_talk(session, talk_id).trajectory_id != trajectory_id:
        raise NotFound("a talk")
    talks.see(session, talk_id=talk_id, **who)


def _introduce(session: Session, *, offer_id: UUID | None, **more: Any) -> None:
    if offer_id is None:
        raise NotFound("an offer")
    introducing.introduce(session, offer_id=offer_id, **more)


# What each address does with what was typed, and what is said afterwards.
_STEPS: Final[dict[str, Callable[[Form, BuddyPolicy], tuple[_Act, str]]]] = {
    "nemen": lambda data, policy: (intake.take, "Dit traject is nu van u."),
    "gesprek": lambda data, policy: (
        partial(intake.plan, at=forms.read_moment(data, "intake_day", "intake_time")),
        "Het gesprek staat gepland. De bewoner krijgt bericht.",
    ),
    "nodig": lambda data, policy: (partial(intake.hold, intake=forms.read_intake(data)), "Opgeschreven."),
    "notitie": lambda data, policy: (partial(intake.note, text=read_text(data, "note")), "Uw notitie is bewaard."),
    "later": lambda data, policy: (
        partial(intake.look_later, at=forms.read_morning(data, "later")),
        "Goed. Wij laten het u dan weer zien.",
    ),
    "voorstellen": lambda data, policy: (
        partial(_introduce, offer_id=read_id(read_line(data, "offer_id")), policy=policy),
        "De vrijwilliger wordt nu eerst gevraagd.",
    ),
    "terugnemen": lambda data, policy: (
        partial(introducing.take_back, policy=policy),
        "Teruggenomen. De bewoner staat weer op de lijst.",
    ),
    "ontmoeting": lambda data, policy: (
        partial(
            introducing.plan_meeting,
            at=forms.read_moment(data, "meeting_day", "meeting_time"),
            where=read_line(data, "where"),
            policy=policy,
        ),
        "De kennismaking staat gepland. Beiden krijgen bericht.",
    ),
    "doel": lambda data, policy: (
        partial(
            agreeing.propose,
            goal=read_text(data, "goal"),
            ends_on=read_day(read_line(data, "ends_on")),
            policy=policy,
        ),
        "Beiden krijgen de afspraak te lezen, en zeggen of het goed is.",
    ),
    "beginnen": lambda data, policy: (partial(agreeing.begin, policy=policy), "De twee zijn samen op weg."),
    "gelezen": lambda data, policy: (
        partial(_see_talk, talk_id=read_id(read_line(data, "talk_id")), policy=policy),
        "Genoteerd dat u dit las.",
    ),
    "stoppen": lambda data, policy: (
        partial(ending.stop_for, side=forms.read_side(data), policy=policy),
        "De bewoner staat vooraan op de lijst. Beiden krijgen bericht.",
    ),
    "afronden": lambda data, policy: (
        partial(
            ending.end_well,
            look_back=read_text(data, "look_back"),
            what_next=read_text(data, "what_next"),
            policy=policy,
        ),
        "Goed afgerond. Beiden krijgen een bedankje.",
    ),
    "sluiten": lambda data, policy: (
        partial(intake.close_by_staff, ending=forms.read_ending(data)),
        "Het traject is gesloten. De bewoner krijgt bericht.",
    ),
}


def _keep(data: Form) -> dict[str, Any]:
    return {name: read_text(data, name) for name in _TYPED if name in data} | (
        {"groups": read_many(data, "groups"), "languages": read_many(data, "languages")} if "need" in data else {}
    )


def _show(
    visit: Visit,
    trajectory_id: UUID,
    policy: BuddyPolicy,
    *,
    typed: dict[str, Any] | None = None,
    problems: dict[str, str] | None = None,
) -> Response[str]:
    with visit.sessions.begin() as session:
        trajectory = intake.open_file(session, trajectory_id=trajectory_id, actor=visit.actor, now=visit.now)
        page = pages.read_case(
            session,
            trajectory,
            actor=visit.actor,
            now=visit.now,
            policy=policy,
            typed=typed,
            problems=problems,
        )
    return visit.render("buddies/case.html", page, status=400 if problems else 200)
