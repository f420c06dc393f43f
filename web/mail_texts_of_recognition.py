"""What mails say in recognition: hours that an organisation confirms, a certificate, a year, and one invitation."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from marketplace.models import NoticeKind, ServiceHoursStatus
from marketplace.queries.work import NoticeFacts
from web import dates
from web.labels.requests import people_words
from web.mail_words import MailText, Places, _


def _hours_asked(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    hours = facts.service_hours
    if hours is None or hours.status is not ServiceHoursStatus.ASKED or facts.about is None:
        return None
    who, length = facts.about.first_name, dates.duration(hours.minutes)
    return MailText(
        _("Hielp %(who)s bij u? %(length)s", who=who, length=length),
        (
            _(
                "%(who)s schrijft: op %(day)s %(length)s geholpen bij %(where)s. Het ging om: %(what)s.",
                who=who,
                day=dates.day(hours.on_day),
                length=length,
                where=hours.organisation,
                what=hours.what,
            ),
            _("Klopt dat? Zeg het met de knop. Het telt mee voor een maatschappelijke diensttijd."),
            _("Kent u %(who)s niet? Zeg dan nee.", who=who),
        ),
        _("Zeg of het klopt"),
        places.service_hours.url(hours.id),
    )


def _certificate_signed(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    return MailText(
        _("Uw bewijs van diensttijd ligt klaar"),
        (
            _("%(organisation)s heeft uw bewijs ondertekend.", organisation=facts.municipality.organisation),
            _("U kunt het bekijken en afdrukken. Dank u wel voor al uw hulp."),
        ),
        _("Bekijk mijn bewijs"),
        places.own_service,
    )


def _year_overview(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    year = facts.year
    if year is None or not year.times:
        return None
    times = _("één keer") if year.times == 1 else _("%(times)s keer", times=year.times)
    hours = _(" Dat was samen %(length)s.", length=dates.duration(year.minutes)) if year.minutes else ""
    return MailText(
        _("Dit deed u in %(year)s. Dank u wel", year=year.year),
        (
            _("U hielp %(people)s, %(times)s.%(hours)s", people=people_words(year.people), times=times, hours=hours),
            *((_("Iemand zei: “%(thanks)s”", thanks=year.thanks[0]),) if year.thanks else ()),
            _("Wij zijn blij met u. Wilt u dit overzicht liever niet? Dat zegt u op dezelfde pagina."),
        ),
        _("Bekijk mijn jaar"),
        places.own_year(year.year),
        stop_url=places.own_year(year.year),
    )


def _invited_to_help(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    return MailText(
        _("Fijn dat het goed ging. Wilt u ook iets doen?"),
        (
            _("U bent goed geholpen. Soms vindt iemand het fijn om ook iets voor een ander te doen."),
            _("Dat kan klein zijn: eens per week iemand bellen, of een kop koffie drinken."),
            _("Hoeft niet! Zegt u nee, of niets? Dan vragen wij het nooit meer."),
        ),
        _("Bekijk wat er kan"),
        places.own_return,
        stop_url=places.own_return,
    )


TEXTS_OF_RECOGNITION: Final[Mapping[NoticeKind, Callable[[NoticeFacts, Places, datetime], MailText | None]]] = {
    NoticeKind.HOURS_ASKED: _hours_asked,
    NoticeKind.CERTIFICATE_SIGNED: _certificate_signed,
    NoticeKind.YEAR_OVERVIEW: _year_overview,
    NoticeKind.INVITED_TO_HELP: _invited_to_help,
}
