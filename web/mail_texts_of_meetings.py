"""What mails say after the yes: the date, the reminder, "is it going to happen", and how it was."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from marketplace.appointments import LATE_CANCELLING
from marketplace.models import Appointment, AppointmentStatus, MatchStatus, NoticeKind
from marketplace.queries.work import NoticeFacts
from web import dates
from web.mail_words import MailText, Places, _, asker, helper, is_to_requester, label_of, running


def other_of(facts: NoticeFacts) -> str:
    """What the other of the two is called."""
    return helper(facts) if is_to_requester(facts) else asker(facts)


def page_of_match(facts: NoticeFacts, places: Places) -> str:
    """Where one of the two finds their match: signed in, or for the volunteer by the link of the answer."""
    assert facts.match is not None
    return places.match(facts.match.id) if is_to_requester(facts) else places.answers.url(facts.match.proposal_id)


def _date_proposed(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    if (date := _coming(facts, AppointmentStatus.PROPOSED, now)) is None or running(facts.match) is None:
        return None
    when = dates.near_moment(date.starts_at, now=now)
    return MailText(
        _("Kunt u %(when)s? %(who)s stelt een datum voor", when=when, who=other_of(facts)),
        (
            _("Het gaat om: %(what)s.", what=label_of(facts)),
            _("%(who)s stelt voor: %(when)s.", who=other_of(facts), when=when),
            _("Past het? Zeg het met de knop. Past het niet? Stel dan zelf een datum voor."),
        ),
        _("Bekijk de datum"),
        page_of_match(facts, places),
    )


def _date_agreed(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    if (date := _coming(facts, AppointmentStatus.AGREED, now)) is None or running(facts.match) is None:
        return None
    when = dates.near_moment(date.starts_at, now=now)
    return MailText(
        _("Afgesproken: %(when)s met %(who)s", when=when, who=other_of(facts)),
        (
            _("De datum staat vast: %(what)s, %(when)s.", what=label_of(facts), when=when),
            _("Op de pagina vindt u een bestand voor uw agenda. De dag ervoor sturen wij nog een mail."),
            _("Komt er iets tussen? Zeg het op tijd, met de knop."),
        ),
        _("Bekijk de afspraak"),
        page_of_match(facts, places),
    )


def _reminder(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    if (date := _coming(facts, AppointmentStatus.AGREED, now)) is None or running(facts.match) is None:
        return None
    when = dates.near_moment(date.starts_at, now=now)
    first = (
        _("%(who)s komt u helpen: %(what)s.", who=other_of(facts), what=label_of(facts))
        if is_to_requester(facts)
        else _("U gaat %(who)s helpen: %(what)s.", who=other_of(facts), what=label_of(facts))
    )
    return MailText(
        _("Denkt u eraan? %(when)s met %(who)s", when=when[:1].upper() + when[1:], who=other_of(facts)),
        (
            first,
            _("Het is %(when)s.", when=when),
            _(
                "Kan het toch niet doorgaan? Bel ons meteen: %(telephone)s. Of zeg af met de knop.",
                telephone=facts.municipality.telephone,
            ),
        ),
        _("Bekijk de afspraak"),
        page_of_match(facts, places),
    )


def _nudge(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    if running(facts.match) is None:
        return None
    return MailText(
        _("Is het gelukt met %(who)s?", who=other_of(facts)),
        (
            _("U en %(who)s kunnen elkaar bereiken: %(what)s.", who=other_of(facts), what=label_of(facts)),
            _("Wij weten nog niet wanneer het is. Hebt u al een datum, of is het al gedaan?"),
            _("Horen wij niets? Dan vragen wij over een paar dagen iemand anders."),
        ),
        _("Vertel hoe het staat"),
        f"{page_of_match(facts, places)}/gelukt",
    )


def _offered_on(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    if facts.match is None or facts.request is None:
        return None
    if is_to_requester(facts):
        return MailText(
            _("Wij zoeken opnieuw iemand voor u: %(what)s", what=label_of(facts)),
            (
                _("Het lukte niet om een datum te vinden met %(who)s. Dat kan gebeuren.", who=helper(facts)),
                _("Daarom vragen wij nu anderen bij u in de buurt. U hoeft niets te doen."),
                _("Is er toch een afspraak, of is het al gedaan? Bel ons dan even."),
            ),
            _("Bekijk mijn vraag"),
            places.request(facts.request.id),
        )
    return MailText(
        _("Dank u wel. Wij vragen nu iemand anders voor %(who)s", who=asker(facts)),
        (
            _("Het lukte niet om een datum te vinden met %(who)s. Dat geeft niet.", who=asker(facts)),
            _("Wij vragen nu iemand anders. Dank u wel dat u wilde helpen."),
            _("Is er toch een afspraak? Bel ons dan even."),
        ),
        _("Bekijk andere hulpvragen"),
        places.requests,
        stop_url=places.my_page,
    )


def _how_was_it(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    match = facts.match
    if match is None or facts.to is None or match.status not in (MatchStatus.CONFIRMED, MatchStatus.DONE):
        return None
    return MailText(
        _("Hoe was het met %(who)s?", who=other_of(facts)),
        (
            _("Vertel het ons in drie korte vragen. Het kost één minuut."),
            _("Zo weten wij of de hulp echt helpt."),
        ),
        _("Vertel hoe het was"),
        places.evaluations.url_of(match.id, facts.to.id),
    )


def thanks_with_words(facts: NoticeFacts, places: Places) -> MailText:
    """The thanks to a volunteer of whom the requester said something kind, to be told."""
    return MailText(
        _("%(who)s zegt dank u wel", who=asker(facts)),
        (
            _("U hebt geholpen: %(what)s. %(who)s schreef daarover:", what=label_of(facts), who=asker(facts)),
            _("“%(remark)s”", remark=facts.remark),
            _("Dat is uw werk. Dank u wel."),
        ),
        _("Bekijk wat u deed"),
        places.own_house,
    )


def late_cancelling(facts: NoticeFacts, now: datetime) -> str:
    """Where an appointment was near: how to reach somebody at once. Empty where it was not."""
    date = facts.appointment
    is_dropped = date is not None and date.status is AppointmentStatus.DROPPED
    if date is None or not is_dropped or not LATE_CANCELLING.is_late(date.starts_at, now):
        return ""
    when = dates.near_moment(date.starts_at, now=now)
    number = facts.municipality.telephone
    return _("Het gaat om %(when)s. Hebt u snel iemand nodig? Bel ons: %(number)s.", when=when, number=number)


def _coming(facts: NoticeFacts, status: AppointmentStatus, now: datetime) -> Appointment | None:
    date = facts.appointment
    return date if date is not None and date.status is status and date.starts_at > now else None


TEXTS_OF_MEETINGS: Final[Mapping[NoticeKind, Callable[[NoticeFacts, Places, datetime], MailText | None]]] = {
    NoticeKind.DATE_PROPOSED: _date_proposed,
    NoticeKind.DATE_AGREED: _date_agreed,
    NoticeKind.REMINDER: _reminder,
    NoticeKind.NUDGE: _nudge,
    NoticeKind.OFFERED_ON: _offered_on,
    NoticeKind.HOW_WAS_IT: _how_was_it,
}
