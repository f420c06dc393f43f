"""What mails say of help that returns: one time that changes, tomorrow, whose turn, going on, stopping, how it goes."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from marketplace.models import NoticeKind, Occurrence, OccurrenceStatus, SeriesStatus
from marketplace.queries.series_facts import SeriesFacts
from marketplace.queries.work import NoticeFacts
from marketplace.visibility import Situation, show_helper
from web import dates
from web.labels.series import every_words
from web.mail_words import MailText, Places, _, asker, helper, is_to_requester, label_of

_CHANGE: Final = "Bekijk alle keren"


def series_line(facts: NoticeFacts) -> str:
    """That it is every week or month and asked once, for who is asked or said yes; empty where it is not."""
    about = facts.about_series
    if about is None:
        return ""
    if facts.request is not None and facts.request.occurrence_id is not None:
        return _("Het is voor één keer. Wie anders komt, kan dan niet.")
    every = every_of(about)
    until = dates.day(about.series.last_on)
    if about.series.is_circle:
        return _(
            "Het is %(every)s, tot %(until)s. U doet het met anderen, om de beurt. U zegt één keer ja.",
            every=every,
            until=until,
        )
    return _("Het is %(every)s, tot %(until)s. U zegt één keer ja, voor alle keren.", every=every, until=until)


def every_of(about: SeriesFacts) -> str:
    """``elke dinsdag om 10.00 uur``."""
    series = about.series
    return every_words(series.rhythm, series.weekday, series.start_minute)


def _comes(about: SeriesFacts) -> str:
    """Who comes, by the first name."""
    if about.comes is None:
        return _("Iemand")
    return show_helper(about.comes, Situation.OFFERED, by_mail=True).first_name or _("Iemand")


def _coming(facts: NoticeFacts, now: datetime) -> tuple[SeriesFacts, Occurrence] | None:
    about = facts.about_series
    if about is None or about.occurrence is None or about.occurrence.starts_at <= now:
        return None
    return about, about.occurrence


def _page(about: SeriesFacts, places: Places) -> str:
    return places.series(about.series.id)


def _changed(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    found = _coming(facts, now)
    if found is None or facts.to is None:
        return None
    about, one = found
    what, when = label_of(facts), dates.moment(one.starts_at, today=dates.day_of(now))
    subject, first = _how_it_stands(facts, about, one, what, when)
    rest = _("De andere keren blijven zoals ze zijn.")
    moved = about.original_at is not None and one.starts_at != about.original_at
    if moved and one.status is OccurrenceStatus.PLANNED and one.moved_by_id != facts.to.id:
        rest = _("Komt dit u niet uit? Zeg het op de pagina. De andere keren blijven zoals ze zijn.")
    return MailText(subject, (first, rest), _(_CHANGE), _page(about, places))


def _how_it_stands(facts: NoticeFacts, about: SeriesFacts, one: Occurrence, what: str, when: str) -> tuple[str, str]:
    """Subject and first paragraph, for each side of each state."""
    to_asker, name = is_to_requester(facts), _comes(about)
    if one.status in (OccurrenceStatus.SKIPPED, OccurrenceStatus.DROPPED):
        return _("Deze keer niet: %(when)s", when=when), _(
            "Op %(when)s gaat het niet door: %(what)s.", when=when, what=what
        )
    if one.status is OccurrenceStatus.NOBODY:
        return (
            _("Deze keer komt er niemand: %(when)s", when=when),
            _("Wij vonden voor %(when)s niemand: %(what)s. Dat spijt ons.", when=when, what=what),
        )
    is_moved = about.original_at is not None and one.starts_at != about.original_at
    if facts.to is not None and one.person_id == facts.to.id:
        if is_moved:
            return _("Andere dag: %(when)s", when=when), _(
                "%(who)s vraagt of het deze keer anders kan: %(when)s.", who=asker(facts), when=when
            )
        return _("Komt u op %(when)s?", when=when), _(
            "U staat voor deze keer op de lijst bij %(who)s: %(what)s, %(when)s. Kunt u niet? Zeg het met de knop.",
            who=asker(facts),
            what=what,
            when=when,
        )
    if not to_asker:
        return _("U hoeft niet te komen op %(when)s", when=when), _(
            "Op %(when)s hoeft u niet te komen: %(what)s.", when=when, what=what
        )
    if one.person_id is None:
        return _("Wij zoeken iemand voor %(when)s", when=when), _(
            "Wie anders komt, kan op %(when)s niet. Wij zoeken voor deze keer iemand anders.", when=when
        )
    if is_moved:
        return _("Andere dag: %(when)s", when=when), _("%(who)s komt deze keer op %(when)s.", who=name, when=when)
    return _("%(who)s komt op %(when)s", who=name, when=when), _(
        "Op %(when)s komt %(who)s: %(what)s.", when=when, who=name, what=what
    )


def _reminder(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    found = _coming(facts, now)
    if found is None or facts.to is None:
        return None
    about, one = found
    if one.status is not OccurrenceStatus.PLANNED or one.person_id is None:
        return None
    is_coming = one.person_id == facts.to.id
    if not is_coming and not is_to_requester(facts):
        return None  # somebody else comes by now
    when = dates.near_moment(one.starts_at, now=now)
    other = asker(facts) if is_coming else _comes(about)
    first = (
        _("U gaat naar %(who)s: %(what)s.", who=other, what=label_of(facts))
        if is_coming
        else _("%(who)s komt bij u: %(what)s.", who=other, what=label_of(facts))
    )
    telephone = facts.municipality.telephone
    return MailText(
        _("Denkt u eraan? %(when)s met %(who)s", when=when[:1].upper() + when[1:], who=other),
        (
            first,
            _("Het is %(when)s.", when=when),
            _("Kan het toch niet? Zeg het met de knop. Bellen mag ook: %(telephone)s.", telephone=telephone),
        ),
        _(_CHANGE),
        _page(about, places),
    )


def _turns(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    about = facts.about_series
    if about is None or not about.turns:
        return None
    days = ", ".join(dates.moment(turn, today=dates.day_of(now)) for turn in about.turns)
    return MailText(
        _("Uw beurten bij %(who)s: %(what)s", who=asker(facts), what=label_of(facts)),
        (
            _("U doet dit met anderen, om de beurt. Dit zijn uw beurten: %(days)s.", days=days),
            _("Kunt u een keer niet? Zeg het op de pagina. Dan ruilen wij met een ander."),
            _("Op de pagina zegt u ook hoe vaak het u past."),
        ),
        _("Bekijk mijn beurten"),
        _page(about, places),
    )


def _review(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    about = facts.about_series
    if about is None or about.series.status is SeriesStatus.ENDED or not about.series.is_reviewed:
        return None
    until = dates.day(about.series.last_on, today=dates.day_of(now))
    if is_to_requester(facts):
        return MailText(
            _("Gaat u zo door? %(what)s", what=label_of(facts)),
            (
                _("U krijgt hulp, %(every)s. Dat is afgesproken tot %(until)s.", every=every_of(about), until=until),
                _("Wilt u dat het doorgaat? Zeg het met de knop. Horen wij niets? Dan stopt het die dag."),
                _("Lukt het niet met de knop? Bel %(telephone)s.", telephone=facts.municipality.telephone),
            ),
            _("Ik zeg of het doorgaat"),
            _page(about, places),
        )
    return MailText(
        _("Kunt u blijven helpen? %(what)s", what=label_of(facts)),
        (
            _(
                "U helpt %(who)s, %(every)s. Dat is afgesproken tot %(until)s.",
                who=asker(facts),
                every=every_of(about),
                until=until,
            ),
            _(
                "%(who)s zegt of het daarna doorgaat. Blijft u graag helpen? Dan hoeft u niets te doen.",
                who=asker(facts),
            ),
            _("Wilt u stoppen? Dat mag altijd. Zeg het met de knop. Dan zoeken wij iemand anders."),
        ),
        _("Bekijk het"),
        _page(about, places),
    )


def _stops(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    about = facts.about_series
    if about is None:
        return None
    if about.leaving is not None:
        leaves_on = about.leaving.leaves_on
        until = (
            _("%(who)s komt nog tot en met %(day)s.", who=helper(facts), day=dates.day(leaves_on))
            if leaves_on is not None
            else _("%(who)s komt niet meer.", who=helper(facts))
        )
        return MailText(
            _("%(who)s stopt: %(what)s", who=helper(facts), what=label_of(facts)),
            (until, _("Wij zoeken nu iemand anders voor u. U hoeft niets te doen.")),
            _(_CHANGE),
            _page(about, places),
        )
    until = dates.day(about.series.last_on, today=dates.day_of(now))
    is_over = about.series.status is SeriesStatus.ENDED
    when = _("Het gaat niet meer door.") if is_over else _("De laatste dag is %(day)s.", day=until)
    thanks = _("Dank u wel voor alle keren dat u kwam.") if not is_to_requester(facts) else _("U hoeft niets te doen.")
    return MailText(
        _("Het stopt: %(what)s", what=label_of(facts)),
        (when, thanks),
        _("Bekijk het"),
        _page(about, places),
    )


def _how(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    about = facts.about_series
    if about is None or about.series.status is SeriesStatus.ENDED:
        return None
    other = _("met uw hulp") if is_to_requester(facts) else _("bij %(who)s", who=asker(facts))
    last = (
        _("Vertel ook hoeveel uur u hielp, als u wilt.")
        if not is_to_requester(facts)
        else _("Gaat het niet goed? Dan belt iemand van ons u.")
    )
    return MailText(
        _("Hoe gaat het %(other)s?", other=other),
        (_("U doet dit al een tijd: %(what)s. Hoe gaat het?", what=label_of(facts)), last),
        _("Vertel hoe het gaat"),
        _page(about, places),
    )


TEXTS_OF_SERIES: Final[Mapping[NoticeKind, Callable[[NoticeFacts, Places, datetime], MailText | None]]] = {
    NoticeKind.OCCURRENCE_CHANGED: _changed,
    NoticeKind.OCCURRENCE_REMINDER: _reminder,
    NoticeKind.SERIES_TURNS: _turns,
    NoticeKind.SERIES_REVIEW: _review,
    NoticeKind.SERIES_STOPS: _stops,
    NoticeKind.SERIES_HOW: _how,
}
