"""What mails say about AutoMaatje: to who rides, who drives and who plans. No address, and not where a ride goes."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final

from marketplace.lifecycle import OPEN_RIDES
from marketplace.models import NoticeKind, Promise, Ride, RideLeg, RideStatus
from marketplace.queries.ride_facts import Drive, RideFacts
from marketplace.queries.work import NoticeFacts
from web import dates
from web.mail_words import MailText, Places, _

Text = Callable[[NoticeFacts, Places, datetime], MailText | None]


def euros(cents: int) -> str:
    """``€ 7,50``."""
    return f"€ {cents // 100},{cents % 100:02d}"


def _of(facts: NoticeFacts) -> tuple[RideFacts, Ride] | None:
    """The ride it is about, while that is open."""
    about = facts.about_ride
    if about is None or about.ride is None or about.ride.status not in OPEN_RIDES:
        return None
    return about, about.ride


def _day(ride: Ride, now: datetime) -> str:
    return dates.near_day(ride.day, today=dates.day_of(now))


def _for_whom(facts: NoticeFacts, about: RideFacts) -> str:
    """``uw rit``, or of whom somebody asked for."""
    if facts.to is not None and about.passenger is not None and facts.to.id != about.passenger.id:
        return _("de rit van %(who)s", who=about.passenger.first_name)
    return _("uw rit")


def _first(text: str) -> str:
    return text[:1].upper() + text[1:]


# --- who rides ---------------------------------------------------------------------------------------------------


def _asked(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    if (found := _of(facts)) is None:
        return None
    about, ride = found
    price = _(
        "De rit kost ongeveer %(least)s tot %(most)s.", least=euros(ride.least_cents), most=euros(ride.most_cents)
    )
    sure = (
        _("U vroeg de rit laat aan. Misschien lukt het niet. Wij laten het zo snel mogelijk weten.")
        if ride.is_late
        else _("De avond ervoor hoort u wie er rijdt en hoe laat.")
    )
    return MailText(
        _("Wij zoeken een chauffeur voor %(what)s %(day)s", what=_for_whom(facts, about), day=_day(ride, now)),
        (sure, price, _("Gaat de rit niet door? Zeg hem dan op tijd af.")),
        _("Bekijk de rit"),
        places.ride(ride.id),
    )


def _agreed(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    if (found := _of(facts)) is None or found[1].status is not RideStatus.AGREED:
        return None
    about, ride = found
    lines = [_pickup(promise, person.first_name) for promise, person in about.promises]
    who = _for_whom(facts, about)
    return MailText(
        _("%(what)s %(day)s gaat door", what=_first(who), day=_day(ride, now)),
        (
            " ".join(lines),
            _(
                "U betaalt de chauffeur na de rit: ongeveer %(cents)s. Parkeren komt erbij.",
                cents=euros(about.likely_cents),
            ),
            _("Kan het toch niet? Bel ons: %(telephone)s.", telephone=facts.municipality.telephone),
        ),
        _("Bekijk de rit"),
        places.ride(ride.id),
    )


def _pickup(promise: Promise, who: str) -> str:
    at = dates.clock_time(promise.pickup_at)
    if promise.leg is RideLeg.RETURN:
        return _("%(who)s haalt u voor de terugweg om %(at)s.", who=who or _("De chauffeur"), at=at)
    return _("%(who)s haalt u om %(at)s.", who=who or _("De chauffeur"), at=at)


def _unsure(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    if (found := _of(facts)) is None or found[1].status is RideStatus.AGREED:
        return None
    about, ride = found
    return MailText(
        _("Nog geen chauffeur voor %(what)s %(day)s", what=_for_whom(facts, about), day=_day(ride, now)),
        (
            _("Er is nu geen chauffeur die zeker kan rijden."),
            _("Wij zoeken verder. Zodra het geregeld is, hoort u dat."),
            _("Is er haast? Bel ons: %(telephone)s.", telephone=facts.municipality.telephone),
        ),
        _("Bekijk de rit"),
        places.ride(ride.id),
    )


def _reminder(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    if (found := _of(facts)) is None or found[1].status is not RideStatus.AGREED:
        return None
    about, ride = found
    lines = [_pickup(promise, person.first_name) for promise, person in about.promises]
    return MailText(
        _("Denkt u aan %(what)s %(day)s?", what=_for_whom(facts, about), day=_day(ride, now)),
        (
            " ".join(lines),
            _("Sta op tijd klaar. Neem gepast geld mee."),
            _("Kan het toch niet? Bel ons meteen: %(telephone)s.", telephone=facts.municipality.telephone),
        ),
        _("Bekijk de rit"),
        places.ride(ride.id),
    )


def _cancelled(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    about = facts.about_ride
    if about is None or about.ride is None:
        return None
    return MailText(
        _("Afgezegd: %(what)s %(day)s", what=_for_whom(facts, about), day=_day(about.ride, now)),
        (
            _("De rit gaat niet door. De chauffeur weet het ook."),
            _("Hebt u later weer een rit nodig? Vraag hem gerust aan."),
        ),
        _("Bekijk de rit"),
        places.ride(about.ride.id),
    )


def _referred(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    about = facts.about_ride
    if about is None or about.ride is None:
        return None
    return MailText(
        _("Geen chauffeur voor %(what)s %(day)s", what=_for_whom(facts, about), day=_day(about.ride, now)),
        (
            _("Het is niet gelukt om een vrijwilliger te vinden. Dat spijt ons."),
            _("U kunt de regiotaxi bellen."),
            _("Hulp nodig bij het regelen? Bel ons: %(telephone)s.", telephone=facts.municipality.telephone),
        ),
        _("Bekijk de rit"),
        places.ride(about.ride.id),
    )


def _not_driven(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    about = facts.about_ride
    if about is None or about.ride is None:
        return None
    return MailText(
        _("Het is niet gelukt: %(what)s %(day)s", what=_for_whom(facts, about), day=_day(about.ride, now)),
        (
            _("Wij vonden geen chauffeur voor deze rit. Dat spijt ons zeer."),
            _("Bel ons als u nog hulp nodig hebt: %(telephone)s.", telephone=facts.municipality.telephone),
        ),
        _("Bekijk de rit"),
        places.ride(about.ride.id),
    )


def _receipt(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    about = facts.about_ride
    if about is None or about.ride is None or not (costs := [cost for cost in about.costs if cost.is_passengers]):
        return None
    total, parking = sum(cost.cents for cost in costs), sum(cost.parking_cents for cost in costs)
    lines = [_("De rit kostte %(cents)s.", cents=euros(total))]
    if parking:
        lines.append(_("Parkeren kostte %(cents)s.", cents=euros(parking)))
        lines.append(_("Samen is dat %(cents)s.", cents=euros(total + parking)))
    return MailText(
        _("Wat %(what)s van %(day)s kostte", what=_for_whom(facts, about), day=dates.day(about.ride.day)),
        (
            " ".join(lines),
            _("U betaalt dit aan de chauffeur. Is het al betaald? Dan is het klaar."),
            _("Klopt er iets niet? Bel ons: %(telephone)s.", telephone=facts.municipality.telephone),
        ),
        _("Bekijk de rit"),
        places.ride(about.ride.id),
    )


def _standing_asked(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    about = facts.about_ride
    if about is None or about.standing is None or about.standing.ended_at is not None:
        return None
    until = dates.day(about.standing.last_on, today=dates.day_of(now))
    return MailText(
        _("Uw vaste rit staat erin, tot en met %(until)s", until=until),
        (
            _("Wij zoeken elke keer een chauffeur. De avond ervoor hoort u wie er rijdt."),
            _("Wilt u een keer overslaan of op een andere dag? Zeg het op de pagina of bel ons."),
        ),
        _("Bekijk mijn ritten"),
        places.my_rides,
    )


# --- who drives --------------------------------------------------------------------------------------------------


def _driver_day(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    about = facts.about_ride
    if about is None or about.driver_day is None or not about.asked:
        return None
    day = about.driver_day
    when = dates.near_day(day.day, today=dates.day_of(now))
    url = places.days.url(day.id)
    return MailText(
        _("Kunt u %(when)s rijden? %(what)s", when=when, what=_count(about.asked)),
        (
            _told(about.asked),
            _("Kunt u ze allemaal rijden? Zeg dat dan met één knop. Past één rit niet? Zeg dan daarbij nee."),
        ),
        _("Bekijk de dag en geef antwoord"),
        url,
        stop_url=url,
    )


def _count(drives: Sequence[Drive]) -> str:
    return _("Het is één rit.") if len(drives) == 1 else _("Het zijn %(count)s ritten.", count=len(drives))


def _told(drives: Sequence[Drive]) -> str:
    """When somebody is fetched, by the first name and the neighbourhood."""
    return " ".join(
        _(
            "Om %(at)s: %(who)s in %(where)s.",
            at=dates.clock_time(drive.promise.pickup_at),
            who=drive.passenger.first_name or _("iemand"),
            where=drive.neighbourhood,
        )
        for drive in drives
    )


def _driver_day_changed(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    about = facts.about_ride
    if about is None or about.driver_day is None:
        return None
    day = about.driver_day
    when = dates.near_day(day.day, today=dates.day_of(now))
    left = _told(about.drives) if about.drives else _("U rijdt %(when)s nu niet.", when=when)
    return MailText(
        _("Uw rijschema voor %(when)s is veranderd", when=when),
        (_("Er is iets veranderd in uw ritten. Zo is het nu."), left),
        _("Bekijk de dag"),
        places.days.url(day.id),
    )


def _driver_day_reminder(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    about = facts.about_ride
    if about is None or about.driver_day is None or not about.agreed:
        return None
    day = about.driver_day
    when = dates.near_day(day.day, today=dates.day_of(now))
    return MailText(
        _("Denkt u eraan? U rijdt %(when)s", when=when),
        (
            _told(about.agreed),
            _("Kan het toch niet? Bel ons meteen: %(telephone)s.", telephone=facts.municipality.telephone),
        ),
        _("Bekijk de dag"),
        places.days.url(day.id),
    )


def _standby_ask(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    about = facts.about_ride
    if about is None or about.ride is None or about.ask is None or about.ask.answered_at is not None:
        return None
    if about.ride.status is not RideStatus.ASKED or now >= about.ask.answer_by:
        return None
    url = places.standby.url(about.ask.id)
    _at, by = dates.clock_time(about.ride.pickup_from_at), dates.near_moment(about.ask.answer_by, now=now)
    return MailText(
        _("Kunt u invallen? Een rit %(day)s", day=_day(about.ride, now)),
        (
            _(
                "Voor deze rit is nog geen chauffeur. Het is rond %(at)s.",
                at=dates.clock_time(about.ride.pickup_from_at),
            ),
            _("Antwoord graag vóór %(by)s. Nee zeggen mag altijd.", by=by),
        ),
        _("Geef antwoord"),
        url,
        stop_url=url,
    )


def _standby_over(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    about = facts.about_ride
    if about is None or about.ride is None:
        return None
    return MailText(
        _("Invallen hoeft niet meer: de rit %(day)s", day=_day(about.ride, now)),
        (_("Iemand anders rijdt al. Dank u wel dat wij u mochten vragen."),),
        _("Naar mijn pagina"),
        places.my_page,
        stop_url=places.my_page,
    )


_PAPERS: Final = {"driving_licence": "het rijbewijs", "car": "de verzekering van de auto", "vog": "de VOG"}


def _papers(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    about = facts.about_ride
    if about is None or about.paper is None or about.paper.valid_until is None or about.holder is None:
        return None
    what = _PAPERS.get(about.paper.code, _("een papier"))
    until = dates.day(about.paper.valid_until, today=dates.day_of(now))
    if facts.to is not None and facts.to.id == about.holder.id:
        first = _("Wij zagen %(what)s. Dat is geldig tot en met %(until)s.", what=what, until=until)
    else:
        first = _(
            "%(what)s van %(who)s loopt af op %(until)s.", what=_first(what), who=about.holder.first_name, until=until
        )
    return MailText(
        _("Loopt bijna af: %(what)s", what=what),
        (first, _("Daarna plannen wij geen ritten meer. Laat op tijd het nieuwe zien.")),
        _("Naar mijn pagina"),
        places.my_page,
    )


def _limit(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    return MailText(
        _("Uw vergoeding komt in de buurt van de grens"),
        (
            _("U kreeg dit jaar al veel onkosten terug. Voor vrijwilligers geldt een grens per jaar."),
            _("Bel ons, dan kijken wij samen: %(telephone)s.", telephone=facts.municipality.telephone),
        ),
        _("Bekijk mijn overzicht"),
        places.my_drives,
    )


def _statement(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    return MailText(
        _("Uw overzicht van de maand staat klaar"),
        (
            _("Op de pagina staan uw ritten, de kilometers en wat u terugkreeg."),
            _("Klopt er iets niet? Bel ons: %(telephone)s.", telephone=facts.municipality.telephone),
        ),
        _("Bekijk mijn overzicht"),
        places.my_drives,
    )


# --- who plans ---------------------------------------------------------------------------------------------------


def _for_planner(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    about = facts.about_ride
    if about is None or about.ride is None or about.ride.status is not RideStatus.ASKED:
        return None
    return MailText(
        _("Een rit %(day)s heeft geen chauffeur", day=_day(about.ride, now)),
        (_("De planning vond niemand. De rit is nu van u. Op de pagina staat wat zou helpen."),),
        _("Open de dag"),
        places.planning(about.ride.day),
    )


def _missed(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    about = facts.about_ride
    if about is None or about.ride is None:
        return None
    if about.ride.status is RideStatus.NOT_DRIVEN:
        return MailText(
            _("Niet gereden: een rit %(day)s", day=_day(about.ride, now)),
            (_("De chauffeur meldt dat de rit niet is gereden. Bel de passagier: is er nog hulp nodig?"),),
            _("Open de dag"),
            places.planning(about.ride.day),
        )
    return MailText(
        _("Niet thuis bij een rit %(day)s", day=_day(about.ride, now)),
        (
            _("De chauffeur trof niemand aan. Bel de passagier: gaat het goed?"),
            _("Krijgt u niemand te pakken en maakt u zich zorgen? Geef het door."),
        ),
        _("Open de dag"),
        places.planning(about.ride.day),
    )


TEXTS_OF_RIDES: Final[Mapping[NoticeKind, Text]] = {
    NoticeKind.RIDE_ASKED: _asked,
    NoticeKind.RIDE_AGREED: _agreed,
    NoticeKind.RIDE_UNSURE: _unsure,
    NoticeKind.RIDE_REMINDER: _reminder,
    NoticeKind.RIDE_CANCELLED: _cancelled,
    NoticeKind.RIDE_REFERRED: _referred,
    NoticeKind.RIDE_NOT_DRIVEN: _not_driven,
    NoticeKind.RIDE_RECEIPT: _receipt,
    NoticeKind.STANDING_RIDE_ASKED: _standing_asked,
    NoticeKind.DRIVER_DAY: _driver_day,
    NoticeKind.DRIVER_DAY_CHANGED: _driver_day_changed,
    NoticeKind.DRIVER_DAY_REMINDER: _driver_day_reminder,
    NoticeKind.STANDBY_ASK: _standby_ask,
    NoticeKind.STANDBY_OVER: _standby_over,
    NoticeKind.DRIVER_PAPERS: _papers,
    NoticeKind.DRIVER_LIMIT: _limit,
    NoticeKind.DRIVER_STATEMENT: _statement,
    NoticeKind.RIDE_FOR_PLANNER: _for_planner,
    NoticeKind.RIDE_MISSED: _missed,
}
