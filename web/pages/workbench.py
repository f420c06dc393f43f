"""One piece of work that is no request: what it is, whose, how to reach the people of it, and what to do."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from marketplace.models import WorkKind
from marketplace.permissions import Actor
from marketplace.queries import board
from marketplace.queries.workbench import WorkItem
from marketplace.workbench import ENDS_BY_HAND
from web.dates import when
from web.labels import workbench as words
from web.labels.requests import StatusTag
from web.pages.coordinating import HOME, Link, View, case_href, moment_tag, since, task_href


@dataclass(frozen=True)
class TaskPage:
    """One piece of work."""

    title: str
    who: str
    why: str
    advice: str
    status: StatusTag
    owner: str
    # How to reach the people of it: name, words, link.
    contact: tuple[tuple[str, str, str], ...]
    # What to press to have it, and whom it is taken over from; empty where it is one's own, or done by calling.
    take_label: str
    from_id: str
    is_mine: bool
    ends_by_hand: bool
    take: str
    lay_down: str
    put_off: str
    finish: str
    # Where the work itself is done, where that is another page: words and address, posted or followed.
    posts: tuple[tuple[str, str], ...]
    links: tuple[Link, ...]
    back: Link
    # Who was first, where somebody else was.
    told: str = ""


def build_task(
    session: Session, item: WorkItem, *, view: View, actor: Actor, now: datetime, told: str = ""
) -> TaskPage:
    """The page of one piece of work. The look itself was logged before."""
    here = task_href(item, View())
    is_held = item.taken_at is not None or (item.kind is WorkKind.CALL and item.owner_id is not None)
    is_mine = is_held and item.owner_id == actor.person_id
    return TaskPage(
        title=words.title(item),
        who=item.who,
        why=f"{words.reason(item, now)} Hier {since(item.since, now=now)}.",
        advice=words.advice(item),
        status=moment_tag(item.next_at, None, is_engines=False, now=now),
        owner=_owner(session, item, is_held=is_held, is_mine=is_mine, now=now),
        contact=tuple(line for person_id in item.people for line in _reach(session, person_id)),
        take_label="" if is_mine else f"Neem over van {item.owner}" if is_held else "Ik doe dit",
        from_id=str(item.owner_id) if is_held and not is_mine else "",
        is_mine=is_mine,
        ends_by_hand=item.kind in ENDS_BY_HAND,
        take=view.href(f"{here}/nemen"),
        lay_down=view.href(f"{here}/terugleggen"),
        put_off=view.href(f"{here}/later"),
        finish=view.href(f"{here}/klaar"),
        posts=_posts(item),
        links=_links(item, view),
        back=Link("Naar de hele lijst", view.href(HOME)),
        told=told,
    )


def _owner(session: Session, item: WorkItem, *, is_held: bool, is_mine: bool, now: datetime) -> str:
    if is_mine:
        return f"U hebt dit{f', sinds {when(item.taken_at, now=now)}' if item.taken_at else ''}."
    if is_held:
        return f"{item.owner} heeft dit{f', sinds {when(item.taken_at, now=now)}' if item.taken_at else ''}."
    return "Nog niemand heeft dit genomen. Het ligt bij wie dienst heeft."


def _posts(item: WorkItem) -> tuple[tuple[str, str], ...]:
    if item.kind is WorkKind.CALL:
        return (("Ik bel", f"{HOME}/bellen/{item.about_id}/nemen"),)
    if item.kind is WorkKind.MAIL:
        failed = f"{HOME}/mails-niet-bezorgd/{item.about_id}"
        return (("Vertel het anders", failed), ("Hoeft niet meer", f"{failed}/opruimen"))
    if item.kind is WorkKind.PAIR:
        pair = f"{HOME}/jong/{item.about_id}"
        return (("Goed, met nog iemand erbij", f"{pair}/goed"), ("Liever niet", f"{pair}/liever-niet"))
    return ()


def _links(item: WorkItem, view: View) -> tuple[Link, ...]:
    if item.kind is WorkKind.CHECK:
        return (Link("Open de sociale kaart", f"{HOME}/sociale-kaart"),)
    if item.kind is WorkKind.ORGANISATION:
        return (Link("Bekijk de organisaties", f"{HOME}/organisaties"),)
    if item.kind is WorkKind.GARDEN_DAY:
        return (Link("Open de tuindag", f"{HOME}/tuindagen/{item.about_id}"),)
    return (Link("Open de hulpvraag", case_href(item.request_id, view)),) if item.request_id else ()


def _reach(session: Session, person_id: UUID) -> tuple[tuple[str, str, str], ...]:
    person = board.get_person(session, person_id)
    name = f"{person.first_name} {person.last_name}".strip()
    if person.telephone:
        return ((name, person.telephone, f"tel:{person.telephone.replace(' ', '').replace('-', '')}"),)
    email = person.email or ""
    return ((name, email or "geen telefoon of e-mail bekend", f"mailto:{email}" if email else ""),)
