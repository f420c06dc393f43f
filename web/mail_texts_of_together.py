"""What mails say about garden days, and about something to do now. No address, and nobody's last name."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from marketplace.models import GardenDay, GardenDayStatus, NoticeKind
from marketplace.queries.work import NoticeFacts
from web import dates
from web.mail_words import MailText, Places, _, label_of, live


def _day(day: GardenDay, now: datetime) -> str:
    return dates.near_day(dates.day_of(day.starts_at), today=dates.day_of(now))


def _hours(day: GardenDay) -> str:
    return _("van %(first)s tot %(last)s", first=dates.clock_time(day.starts_at), last=dates.clock_time(day.ends_at))


def _leader(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    day = facts.garden_day
    if day is None or day.status is not GardenDayStatus.LEADER_ASKED:
        return None
    return MailText(
        _("Leidt u %(day)s een tuindag met %(group)s?", day=_day(day, now), group=day.group_name),
        (
            _(
                "Het zijn %(count)s tuinen vlak bij elkaar, %(hours)s.",
                count=facts.gardens,
                hours=_hours(day),
            ),
            _("Zegt u ja? Dan vragen wij de bewoners. U hoort wie er ook ja zegt."),
            _("Kunt u niet? Zeg dat dan ook even. Dank u wel."),
        ),
        _("Bekijk de tuindag"),
        places.garden_day(day.id),
    )


def _asked(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    day, request = facts.garden_day, live(facts.request)
    if day is None or request is None or day.status is not GardenDayStatus.PLANNED or now >= day.starts_at:
        return None
    return MailText(
        _("Mag %(group)s %(day)s uw tuin doen?", group=day.group_name, day=_day(day, now)),
        (
            _(
                "%(group)s komt met ongeveer %(people)s mensen bij u in de buurt, %(hours)s.",
                group=day.group_name,
                people=day.people,
                hours=_hours(day),
            ),
            _("U vroeg om: %(what)s. Zij willen dat graag doen.", what=label_of(facts)),
            _("Zegt u nee, of niets? Dan zoeken wij gewoon verder zoals nu."),
        ),
        _("Zeg ja of nee"),
        places.garden_answer(day.id, request.id),
    )


def _ready(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    day = facts.garden_day
    if day is None or day.status is not GardenDayStatus.PLANNED:
        return None
    how_many = _("Eén tuin") if facts.gardens_agreed == 1 else _("%(count)s tuinen", count=facts.gardens_agreed)
    return MailText(
        _("%(count)s op de tuindag van %(day)s", count=how_many, day=_day(day, now)),
        (
            _("Het gaat door. Er staat nu een blad per tuin voor u klaar."),
            _("Op het blad staat waar het is, en wat er te doen valt. Bewaar het goed."),
            _("Zeg na afloop welke tuinen klaar zijn. Dan zoeken wij verder voor de rest."),
        ),
        _("Bekijk de bladen"),
        places.garden_day(day.id),
    )


def _off(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    day = facts.garden_day
    if day is None:
        return None
    subject = _("De tuindag van %(day)s gaat niet door", day=_day(day, now))
    if (request := live(facts.request)) is not None:
        return MailText(
            subject,
            (
                _("%(group)s komt niet. Dat is jammer.", group=day.group_name),
                _("Wij zoeken meteen verder voor uw tuin. U hoeft niets te doen."),
            ),
            _("Bekijk mijn vraag"),
            places.request(request.id),
        )
    return MailText(
        subject,
        (
            _("Er kwam niet genoeg bij elkaar, of iemand kan niet."),
            _("Wij hebben het de bewoners verteld. Dank u wel dat u mee wilde doen."),
        ),
        _("Bekijk andere tuinen"),
        places.garden_days,
    )


def _confirm_task(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    link = facts.link
    if link is None or link.used_at is not None or now >= link.expires_at:
        return None
    return MailText(
        _("Nog één stap: ja, ik help"),
        (
            _("U wilt nu iets doen. Wat fijn! Druk op de knop. Dan is het van u."),
            _("De knop werkt tien minuten, en één keer."),
            _("Hebt u dit niet gevraagd? Dan hoeft u niets te doen."),
        ),
        _("Ja, ik help"),
        places.sign_ins.url(link.id),
    )


def _alert(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    request = live(facts.request)
    if request is None:
        return None
    return MailText(
        _("Nu is er iets: %(what)s in %(place)s", what=label_of(facts), place=request.neighbourhood),
        (
            _("U wilde iets doen, en er was niets. Nu wel."),
            _("Kijk of het past. U zit nergens aan vast."),
            _("Dit is de enige mail die wij u hierover sturen."),
        ),
        _("Bekijk wat er te doen is"),
        places.task(request.id),
    )


TEXTS_OF_TOGETHER: Final[Mapping[NoticeKind, Callable[[NoticeFacts, Places, datetime], MailText | None]]] = {
    NoticeKind.GARDEN_DAY_LEADER: _leader,
    NoticeKind.GARDEN_DAY_ASKED: _asked,
    NoticeKind.GARDEN_DAY_READY: _ready,
    NoticeKind.GARDEN_DAY_OFF: _off,
    NoticeKind.CONFIRM_TASK: _confirm_task,
    NoticeKind.TASK_ALERT: _alert,
}
