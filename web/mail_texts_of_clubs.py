"""What mails say about organisations: come and act for one, it is on the list, a shift or activity is not held."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from marketplace.models import NoticeKind, OrganisationStatus
from marketplace.queries.work import NoticeFacts
from web import dates
from web.mail_words import MailText, Places, _, asker

Text = Callable[[NoticeFacts, Places, datetime], MailText | None]


def _invited(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    organisation, invitation = facts.organisation, facts.invitation
    if organisation is None or invitation is None or invitation.used_at is not None or now >= invitation.expires_at:
        return None
    until = dates.near_day(dates.day_of(invitation.expires_at), today=dates.day_of(now))
    return MailText(
        _("Doet u mee voor %(name)s?", name=organisation.name),
        (
            _("%(name)s zoekt vrijwilligers op onze site. U kunt dat samen regelen.", name=organisation.name),
            _("Druk op de knop en log in met dit e-mailadres. De link werkt tot %(until)s.", until=until),
            _("Kent u deze organisatie niet? Dan hoeft u niets te doen."),
        ),
        _("Bekijk de uitnodiging"),
        places.invitations.url(invitation.id),
    )


def _confirmed(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    organisation = facts.organisation
    if organisation is None or organisation.status is not OrganisationStatus.CONFIRMED:
        return None
    return MailText(
        _("%(name)s staat op onze lijst", name=organisation.name),
        (
            _("Wij hebben de pagina van %(name)s bekeken. Iedereen kan haar nu vinden.", name=organisation.name),
            _("Uw vacatures staan ook in de lijst die andere sites kunnen tonen."),
            _("Klopt er iets niet meer? U past de pagina zelf aan."),
        ),
        _("Bekijk de pagina"),
        places.organisation(organisation.id),
        stop_url=places.my_page,
    )


def _waiting_over(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    if facts.request is None or facts.vacancy is None:
        return None
    when = ""
    if facts.windows:
        first = facts.windows[0]
        when = dates.window(first.starts_at, first.ends_at, today=dates.day_of(now))
    return MailText(
        _("Het gaat niet door: %(title)s", title=facts.vacancy.title),
        (
            " ".join(
                sentence
                for sentence in (
                    _("U stond op de wachtlijst bij %(who)s.", who=asker(facts)),
                    _("Het ging om %(when)s.", when=when) if when else "",
                )
                if sentence
            ),
            _("Dat gaat nu niet door. Fijn dat u wilde helpen."),
            _("Misschien past een andere vacature bij u."),
        ),
        _("Bekijk andere hulpvragen"),
        places.requests,
        stop_url=places.my_page,
    )


def _activity_cancelled(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    activity = facts.activity
    if activity is None or activity.cancelled_at is None:
        return None
    when = dates.window(activity.starts_at, activity.ends_at, today=dates.day_of(now))
    return MailText(
        _("Het gaat niet door: %(title)s", title=activity.title),
        (
            _("U zou komen op %(when)s. Dat gaat helaas niet door.", when=when),
            _("U hoeft niets te doen."),
        ),
        _("Bekijk wat er nog meer is"),
        places.organisation(activity.organisation_id),
        stop_url=places.my_page,
    )


TEXTS_OF_CLUBS: Final[Mapping[NoticeKind, Text]] = {
    NoticeKind.INVITED_TO_ORGANISATION: _invited,
    NoticeKind.ORGANISATION_CONFIRMED: _confirmed,
    NoticeKind.WAITING_OVER: _waiting_over,
    NoticeKind.ACTIVITY_CANCELLED: _activity_cancelled,
}
