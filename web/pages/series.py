"""Help that returns, for who asks, who helps and who works here: the next times, and what one can do with each."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlmodel import Session

from marketplace import permissions
from marketplace.errors import NotFound
from marketplace.models import (
    HelpRequest,
    MatchStatus,
    Occurrence,
    OccurrenceStatus,
    Person,
    Series,
    SeriesStatus,
    Skill,
)
from marketplace.permissions import Actor
from marketplace.queries import meetings, requests
from marketplace.queries import series as queries
from marketplace.queries.series import HelperRow, SeriesRow
from marketplace.rhythms import instant_of, local_day
from marketplace.series.policies import SERIES
from web import dates
from web.labels.requests import YOUR_TURN, StatusTag, all_of, sentence_case
from web.labels.series import every_words
from web.pages.my_page import Item

ADDRESS: Final = "/reeks"
# So many times at once; the others stand folded away.
FIRST_SHOWN: Final = 4
_PAST_SHOWN: Final = 3
_ON_FOR_MONTHS: Final = (3, 6, 12)
# So long the question how it goes stays open on the page.
_ASKED_FOR: Final = timedelta(days=21)


@dataclass(frozen=True)
class Act:
    """Something one can do with one time: a button, or a way to a page with a question."""

    words: str
    href: str
    is_link: bool = False


@dataclass(frozen=True)
class Time:
    """One time: when, how it stands, and what one can do with it."""

    when: str
    # The same within a sentence.
    name: str
    line: str
    status: StatusTag | None
    acts: tuple[Act, ...]


@dataclass(frozen=True)
class SeriesPage:
    """The page of a series."""

    title: str
    lead: str
    sentences: tuple[str, ...]
    times: tuple[Time, ...]
    later: tuple[Time, ...]
    past: tuple[Time, ...]
    people: tuple[Item, ...]
    # For staff alone.
    case_href: str = ""
    # Until when it may go on, where somebody has to say so now; empty where nobody has.
    go_on_href: str = ""
    go_on: tuple[tuple[str, str], ...] = ()
    most_href: str = ""
    most: str = ""
    how_href: str = ""
    how_is_asked: bool = False
    hours_href: str = ""
    hours: str = ""
    hours_line: str = ""
    stop_href: str = ""
    stop_words: str = ""
    is_ended: bool = False
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class MovePage:
    """Another day, this once."""

    title: str
    lead: str
    action: str
    back: str
    first_day: str
    typed: Mapping[str, str]
    errors: Mapping[str, str]


@dataclass(frozen=True)
class StopPage:
    """From when on not any more."""

    title: str
    lead: str
    action: str
    back: str
    days: tuple[tuple[str, str], ...]
    button: str
    errors: Mapping[str, str]


@dataclass(frozen=True)
class Viewer:
    """Who looks: one who asks, one who helps in it, one who comes once, or staff."""

    actor: Actor
    is_asker: bool
    is_staff: bool
    helper: HelperRow | None

    @property
    def steers(self) -> bool:
        """Whether it is theirs to say what is needed."""
        return self.is_asker or self.is_staff


@dataclass(frozen=True)
class _Scene:
    series: Series
    request: HelpRequest
    viewer: Viewer
    names: Mapping[UUID, str]
    asker: str
    now: datetime

    @property
    def base(self) -> str:
        return f"{ADDRESS}/{self.series.id}"


def find_viewer(session: Session, series: Series, request: HelpRequest, actor: Actor, now: datetime) -> Viewer:
    """As what somebody looks at a series. Raises NotFound for who has nothing to do with it."""
    is_asker = permissions.is_requester(actor, request)
    rows = queries.list_helpers(session, series, today=local_day(now))
    helper = next((row for row in rows if row.match.person_id == actor.person_id), None)
    is_staff = not is_asker and helper is None and permissions.may_work_case(actor, request)
    comes_once = any(one.person_id == actor.person_id for one in queries.list_occurrences(session, series.id))
    if not (is_asker or is_staff or helper or comes_once):
        raise NotFound(f"series {series.id}")
    return Viewer(actor, is_asker, is_staff, helper)


def read_series_page(
    session: Session, series_id: UUID, *, actor: Actor, now: datetime, errors: Mapping[str, str] | None = None
) -> SeriesPage:
    """The page of a series, as whoever looks may see it. Raises NotFound."""
    series = queries.get_series(session, series_id)
    request = requests.get_request(session, series.request_id)
    viewer = find_viewer(session, series, request, actor, now)
    every = queries.list_occurrences(session, series.id)
    if not viewer.steers and viewer.helper is None:
        # Who stands in once sees the times that are theirs, and no others.
        every = [one for one in every if one.person_id == actor.person_id]
    scene = _scene(session, series, request, viewer, every, now)
    shown = (OccurrenceStatus.PLANNED, OccurrenceStatus.SKIPPED, OccurrenceStatus.NOBODY)
    coming = [one for one in every if one.starts_at > now and one.status in shown]
    past = [one for one in every if one.starts_at <= now and one.status is not OccurrenceStatus.DROPPED]
    times = tuple(_time(scene, one) for one in coming)
    is_ended = series.status is SeriesStatus.ENDED
    base = scene.base
    label = session.get_one(Skill, request.skill_code).label_nl
    return SeriesPage(
        title=f"{label}, {every_words(series.rhythm, series.weekday, series.start_minute)}",
        lead=_lead(scene),
        sentences=tuple(_sentences(session, scene)),
        times=times[:FIRST_SHOWN],
        later=times[FIRST_SHOWN:],
        past=tuple(_past(scene, one, is_last=one is past[-1]) for one in reversed(past[-_PAST_SHOWN:])),
        people=tuple(_people(session, scene)),
        case_href=f"/werk/{series.request_id}" if viewer.is_staff else "",
        go_on_href=f"{base}/doorgaan" if _is_to_review(scene) else "",
        go_on=tuple((str(months), "Een jaar" if months == 12 else f"{months} maanden") for months in _ON_FOR_MONTHS),
        most_href=f"{base}/hoe-vaak" if series.is_circle and viewer.helper and not is_ended else "",
        most=str(viewer.helper.said.max_per_month or "") if viewer.helper and viewer.helper.said else "",
        how_href=f"{base}/hoe-gaat-het" if not viewer.is_staff and not is_ended and past else "",
        how_is_asked=series.asked_how_at is not None
        and series.asked_how_at > now - timedelta(days=SERIES.review_ahead_days),
        **_hours(session, scene, past),
        stop_href=f"{base}/stoppen" if not is_ended and (viewer.steers or viewer.helper) else "",
        stop_words="Stoppen met helpen" if viewer.helper and not viewer.steers else "Stoppen met deze hulp",
        is_ended=is_ended,
        errors=errors or {},
    )


def read_move_page(
    session: Session,
    occurrence_id: UUID,
    *,
    actor: Actor,
    now: datetime,
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> MovePage | None:
    """Which day then? None where it can no longer be moved. Raises NotFound."""
    one = queries.get_occurrence(session, occurrence_id)
    series = queries.get_series(session, one.series_id)
    request = requests.get_request(session, series.request_id)
    viewer = find_viewer(session, series, request, actor, now)
    if not _may_change(viewer, one, now):
        return None
    when = dates.moment(one.starts_at, today=dates.day_of(now))
    local = f"{dates.clock_time(one.starts_at)}".removesuffix(" uur").replace(".", ":").zfill(5)
    return MovePage(
        title="Deze keer op een andere dag",
        lead=f"Het staat op {when}. Alleen deze keer verandert. De ander hoort het meteen.",
        action=f"{ADDRESS}/{series.id}/keer/{one.id}/andere-dag",
        back=f"{ADDRESS}/{series.id}",
        first_day=dates.day_of(now).isoformat(),
        typed=typed or {"day": dates.day_of(one.starts_at).isoformat(), "at": local},
        errors=errors or {},
    )


def read_stop_page(
    session: Session, series_id: UUID, *, actor: Actor, now: datetime, errors: Mapping[str, str] | None = None
) -> StopPage:
    """What is the last time? Raises NotFound."""
    series = queries.get_series(session, series_id)
    request = requests.get_request(session, series.request_id)
    viewer = find_viewer(session, series, request, actor, now)
    scene = _scene(session, series, request, viewer, (), now)
    coming = [
        one
        for one in queries.list_occurrences(session, series.id)
        if one.starts_at > now
        and one.status is OccurrenceStatus.PLANNED
        and one.moved_at is None
        and (viewer.steers or one.person_id == actor.person_id)
    ]
    days = tuple((one.original_on.isoformat(), f"Na {_day(one, now)}") for one in coming[:6])
    is_helper = not viewer.steers
    lead = (
        f"Stoppen mag altijd. Wij zoeken dan iemand anders voor {scene.asker}. U hoeft niet te zeggen waarom."
        if is_helper
        else "Wie u helpt, hoort het meteen en krijgt onze dank."
    )
    return StopPage(
        title="Stoppen met helpen" if is_helper else "Stoppen met deze hulp",
        lead=lead,
        action=f"{ADDRESS}/{series.id}/stoppen",
        back=f"{ADDRESS}/{series.id}",
        days=(("nu", "Meteen, er komt geen keer meer bij"), *days),
        button="Ik stop met helpen" if is_helper else "Stop deze hulp",
        errors=errors or {},
    )


def last_day_of_months(months: int, today: date) -> date:
    """So many months from today, at most a year."""
    month = today.month - 1 + months
    year, month = today.year + month // 12, month % 12 + 1
    return date(year, month, min(today.day, 28))


# --- on other pages ----------------------------------------------------------------------------------------------


def coming_series(session: Session, actor: Actor, *, now: datetime) -> tuple[Item, ...]:
    """The series of somebody with the next time of each, for *Mijn pagina*; what waits for an answer says so."""
    own = queries.list_of_person(session, actor.person_id, now=now)
    known = {row.series.id for row in own}
    once = [
        Item(
            f"{ADDRESS}/{row.occurrence.series_id}",
            f"U helpt {row.other} één keer: {row.skill_label}",
            sentence_case(dates.near_moment(row.occurrence.starts_at, now=now)) + ".",
        )
        for row in queries.list_coming_of(session, actor.person_id, since=now)
        if row.is_volunteer and row.occurrence.series_id not in known
    ]
    return (*(_item(row, now) for row in own), *once)


def _item(row: SeriesRow, now: datetime) -> Item:
    every = every_words(row.series.rhythm, row.series.weekday, row.series.start_minute)
    title = f"U helpt {row.asker}: {row.skill_label}" if row.is_helper else f"{row.skill_label}, {every}"
    line = f"{sentence_case(every)}. " if row.is_helper else ""
    if row.coming is not None:
        when = dates.near_moment(row.coming.starts_at, now=now)
        who = "" if row.is_helper else f" {row.comes} komt." if row.comes else " Wij zoeken nog iemand."
        line += f"Volgende keer: {when}.{who}"
    is_asked = row.series.review_asked_at is not None and not row.is_helper
    return Item(f"{ADDRESS}/{row.series.id}", title, line, YOUR_TURN if is_asked else None)


# --- the words ---------------------------------------------------------------------------------------------------


def _scene(
    session: Session, series: Series, request: HelpRequest, viewer: Viewer, every: object, now: datetime
) -> _Scene:
    names = {}
    if viewer.steers:
        for one in queries.list_occurrences(session, series.id):
            if one.person_id is not None and one.person_id not in names:
                names[one.person_id] = session.get_one(Person, one.person_id).first_name
    asker = request.organisation_name or session.get_one(Person, request.requester_id).first_name
    return _Scene(series, request, viewer, names, asker, now)


def _lead(scene: _Scene) -> str:
    until = dates.day(scene.series.last_on, today=dates.day_of(scene.now))
    if scene.series.status is SeriesStatus.ENDED:
        return "Dit is afgelopen."
    ends = f"Op {until} kijken wij samen of het doorgaat." if scene.series.is_reviewed else f"Het stopt na {until}."
    duration = f"Elke keer ongeveer {dates.duration(scene.series.minutes)}."
    if scene.viewer.steers:
        return f"{duration} {ends}"
    return f"U helpt {scene.asker} uit {scene.request.neighbourhood}. {duration} {ends}"


def _sentences(session: Session, scene: _Scene) -> list[str]:
    viewer, found = scene.viewer, list[str]()
    if scene.series.status is SeriesStatus.ENDED:
        return found
    helpers = queries.list_helpers(session, scene.series, today=dates.day_of(scene.now))
    if viewer.steers:
        names = [session.get_one(Person, row.match.person_id).first_name for row in helpers]
        if names and scene.series.is_circle:
            found.append(f"{all_of(names)} {'komt' if len(names) == 1 else 'komen om de beurt'}.")
        elif names:
            found.append(f"{names[0]} komt elke keer.")
        if requests.list_slots(session, scene.request.id) and _is_searching(session, scene):
            found.append("Wij zoeken nog iemand." if names else "Wij zoeken iemand voor deze hulp.")
    elif viewer.helper is not None and scene.series.is_circle:
        found.append("U doet dit met anderen, om de beurt. Kunt u niet? Dan ruilen wij met een ander.")
    if viewer.helper is not None and viewer.helper.said is not None and viewer.helper.said.leaves_on is not None:
        day = dates.day(viewer.helper.said.leaves_on, today=dates.day_of(scene.now))
        found.append(f"U stopt na {day}. Dank u wel voor alles wat u deed.")
    return found


def _is_searching(session: Session, scene: _Scene) -> bool:
    return scene.request.ended_at is None and any(
        slot.status.value == "free" for slot in requests.list_slots(session, scene.request.id)
    )


def _people(session: Session, scene: _Scene) -> list[Item]:
    """The ways to reach each other, which the pages of the matches know."""
    found = []
    for row in queries.list_helpers(session, scene.series, today=dates.day_of(scene.now)):
        if row.match.status not in (MatchStatus.AGREED, MatchStatus.CONFIRMED):
            continue
        if scene.viewer.is_asker:
            name = session.get_one(Person, row.match.person_id).first_name
            found.append(Item(f"/koppelingen/{row.match.id}", f"Zo bereikt u {name}", "Telefoon of e-mail."))
        elif row.match.person_id == scene.viewer.actor.person_id:
            found.append(Item(f"/koppelingen/{row.match.id}", f"Zo bereikt u {scene.asker}", "Telefoon en adres."))
    return found


def _day(one: Occurrence, now: datetime) -> str:
    return dates.day(dates.day_of(one.starts_at), today=dates.day_of(now))


def _time(scene: _Scene, one: Occurrence) -> Time:
    name = dates.moment(one.starts_at, today=dates.day_of(scene.now))
    line, status = _how_it_stands(scene, one)
    return Time(sentence_case(name), name, line, status, tuple(_acts(scene, one)))


def _how_it_stands(scene: _Scene, one: Occurrence) -> tuple[str, StatusTag | None]:
    if one.status is OccurrenceStatus.SKIPPED:
        return "Deze keer gaat het niet door.", StatusTag("Overgeslagen", "neutral")
    if one.status is OccurrenceStatus.NOBODY:
        return "Wij vonden deze keer niemand.", StatusTag("Deze keer niemand", "attention")
    moved = "" if not _is_moved(scene, one) else f" Eerst was het {dates.day(one.original_on)}."
    if one.person_id is None:
        words = "U hoort van ons wie er deze keer komt." if scene.viewer.steers else ""
        return f"{words}{moved}".strip(), StatusTag("Wij zoeken iemand", "waiting")
    is_own = one.moved_by_id == scene.viewer.actor.person_id
    tag = StatusTag("Andere dag", "neutral" if is_own else "attention") if moved else None
    is_me = one.person_id == scene.viewer.actor.person_id
    who = "U komt" if is_me else f"{scene.names.get(one.person_id) or 'Een ander'} komt"
    return f"{who}.{moved}", tag


def _is_moved(scene: _Scene, one: Occurrence) -> bool:
    return one.starts_at != instant_of(one.original_on, scene.series.start_minute)


def _may_change(viewer: Viewer, one: Occurrence, now: datetime) -> bool:
    is_open = one.status in (OccurrenceStatus.PLANNED, OccurrenceStatus.NOBODY) and one.starts_at > now
    return is_open and (viewer.steers or one.person_id == viewer.actor.person_id)


def _acts(scene: _Scene, one: Occurrence) -> list[Act]:
    viewer, at = scene.viewer, f"{scene.base}/keer/{one.id}"
    if one.status is OccurrenceStatus.SKIPPED:
        return [Act("Toch wel", f"{at}/toch-wel")] if viewer.steers else []
    if not _may_change(viewer, one, scene.now):
        return []
    move = Act("Andere dag", f"{at}/andere-dag", is_link=True)
    if not viewer.steers:
        return [Act("Ik kan niet", f"{at}/kan-niet"), move]
    found = [Act("Deze keer niet", f"{at}/niet"), move]
    by_other = one.moved_by_id is not None and one.moved_by_id not in (
        scene.request.requester_id,
        scene.request.representative_id,
    )
    if by_other and _is_moved(scene, one) and instant_of(one.original_on, scene.series.start_minute) > scene.now:
        found.insert(0, Act("Dit komt niet uit", f"{at}/past-niet"))
    if viewer.is_staff and one.person_id is not None:
        found.append(Act(f"{scene.names.get(one.person_id, 'Wie komt')} kan niet", f"{at}/kan-niet"))
    return found


def _past(scene: _Scene, one: Occurrence, *, is_last: bool) -> Time:
    name = dates.moment(one.starts_at, today=dates.day_of(scene.now))
    words = {
        OccurrenceStatus.HELD: "Het ging door.",
        OccurrenceStatus.MISSED: "Er kwam niemand. Wij kijken wat er was.",
        OccurrenceStatus.NOBODY: "Er was deze keer niemand.",
        OccurrenceStatus.SKIPPED: "Overgeslagen.",
        OccurrenceStatus.PLANNED: "Het is nu.",
    }
    since = scene.now - timedelta(days=SERIES.missed_within_days)
    may_say = is_last and one.status is OccurrenceStatus.HELD and one.starts_at > since and scene.viewer.steers
    acts = (Act("Er kwam niemand", f"{scene.base}/keer/{one.id}/niemand"),) if may_say else ()
    return Time(sentence_case(name), name, words[one.status], None, acts)


def _is_to_review(scene: _Scene) -> bool:
    ahead = timedelta(days=SERIES.review_ahead_days)
    is_near = scene.series.last_on <= dates.day_of(scene.now) + ahead
    return is_near and scene.viewer.steers and scene.series.status is SeriesStatus.RUNNING


def _hours(session: Session, scene: _Scene, past: list[Occurrence]) -> dict[str, str]:
    """What a helper did so far, to be kept as hours; they may correct it."""
    helper = scene.viewer.helper
    held = [
        one
        for one in past
        if one.status is OccurrenceStatus.HELD and helper is not None and one.match_id == helper.match.id
    ]
    if helper is None or not held or helper.match.status is not MatchStatus.CONFIRMED:
        return {}
    minutes = sum(one.minutes for one in held)
    logged = meetings.find_hours(session, helper.match.id)
    known = logged.minutes if logged else minutes
    times = "1 keer" if len(held) == 1 else f"{len(held)} keer"
    return {
        "hours_href": f"{scene.base}/uren",
        "hours": f"{known / 60:g}".replace(".", ","),
        "hours_line": f"U kwam {times}. Dat is samen ongeveer {dates.duration(minutes)}.",
    }
