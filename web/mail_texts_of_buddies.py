"""What mails say about buddies: to who gets one, to who is one, and to the coordinator. Never what somebody said apart.

A mail may be read by somebody else: it says nothing of why somebody has a buddy.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from marketplace.models import (
    IntroductionStatus,
    NoticeKind,
    TalkStatus,
    Trajectory,
    TrajectoryEnding,
    TrajectoryStatus,
)
from marketplace.queries.buddy_facts import BuddyFacts
from marketplace.queries.work import NoticeFacts
from web import dates
from web.mail_words import MailText, Places, _

Text = Callable[[NoticeFacts, Places, datetime], MailText | None]


def _open(facts: NoticeFacts) -> BuddyFacts | None:
    """What it is about, while that goes on."""
    about = facts.about_buddy
    return about if about is not None and about.trajectory.status is not TrajectoryStatus.ENDED else None


def _is_buddy(facts: NoticeFacts, about: BuddyFacts) -> bool:
    return facts.to is not None and about.introduction is not None and facts.to.id == about.introduction.person_id


def _name_of_other(facts: NoticeFacts, about: BuddyFacts) -> str:
    other = about.resident if _is_buddy(facts, about) else about.buddy
    return other.first_name if other else _("Iemand")


def _link(facts: NoticeFacts, about: BuddyFacts, places: Places) -> str:
    """Where the question of this mail is answered without signing in."""
    assert facts.to is not None
    return places.buddies.url_of(about.trajectory.id, facts.to.id)


def _asked(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    about = _open(facts)
    if about is None or facts.to is None or about.trajectory.status is not TrajectoryStatus.INTAKE:
        return None
    who = about.resident.first_name if about.resident else _("iemand")
    if facts.to.id == about.trajectory.representative_id:
        return MailText(
            _("Wij hebben uw vraag om een buddy voor %(who)s", who=who),
            (
                _("Wij bellen %(who)s voor een gesprek. Dat doen wij binnen één werkdag.", who=who),
                _("%(who)s beslist zelf. Wij vertellen u niet wat er in het gesprek is gezegd.", who=who),
            ),
            _("Bekijk hoe het staat"),
            places.buddy(about.trajectory.id),
        )
    first = _("Wij hebben uw vraag om een buddy. Wij bellen u binnen één werkdag voor een gesprek.")
    if about.representative is not None:
        name = about.representative.first_name
        first = _("%(who)s heeft voor u om een buddy gevraagd. Wij bellen u voor een gesprek.", who=name)
    return MailText(
        _("Een buddy: wij bellen u"),
        (
            first,
            _("Een buddy is een vrijwilliger met een training. U spreekt samen af wat u wilt bereiken."),
            _(
                "Wilt u dit niet? Zeg het ons: %(telephone)s. Dan stopt het meteen.",
                telephone=facts.municipality.telephone,
            ),
        ),
        _("Bekijk hoe het staat"),
        places.buddy(about.trajectory.id),
    )


def _intake(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    about = _open(facts)
    at = about.trajectory.intake_at if about else None
    if about is None or at is None or about.trajectory.status is not TrajectoryStatus.INTAKE:
        return None
    return MailText(
        _("Uw gesprek over een buddy: %(when)s", when=dates.near_moment(at, now=now)),
        (
            _("Wij praten dan over wat u nodig hebt, en wat u prettig vindt."),
            _("U mag iemand meenemen. Kunt u niet? Bel ons: %(telephone)s.", telephone=facts.municipality.telephone),
        ),
        _("Bekijk hoe het staat"),
        places.buddy(about.trajectory.id),
    )


def _waiting(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    about = _open(facts)
    if about is None or about.trajectory.status is not TrajectoryStatus.WAITING:
        return None
    return MailText(
        _("U staat op de lijst voor een buddy"),
        (
            _("Wij zoeken iemand die bij u past. Wij bellen u om de paar weken, zodat u weet hoe het staat."),
            _("Op uw pagina staat hoe lang het ongeveer duurt. U kunt daar ook alvast om een kop koffie vragen."),
        ),
        _("Bekijk hoe het staat"),
        places.buddy(about.trajectory.id),
    )


def _question(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    """The volunteer is asked first, then the resident."""
    about = _open(facts)
    if about is None or about.introduction is None:
        return None
    status, until = about.introduction.status, dates.near_moment(about.introduction.answer_by, now=now)
    free = _("Nee is ook goed. U hoeft niet te zeggen waarom.")
    if _is_buddy(facts, about) and status is IntroductionStatus.ASKED:
        return MailText(
            _("Wilt u kennismaken met %(who)s?", who=_name_of_other(facts, about)),
            (
                _(
                    "%(who)s woont in %(place)s en zoekt een buddy. Wij denken dat u bij elkaar past.",
                    who=_name_of_other(facts, about),
                    place=about.trajectory.neighbourhood,
                ),
                free,
                _("Wilt u het ons laten weten vóór %(until)s?", until=until),
            ),
            _("Lees meer en geef antwoord"),
            _link(facts, about, places),
        )
    if not _is_buddy(facts, about) and status is IntroductionStatus.OFFERED:
        return MailText(
            _("Wij hebben misschien een buddy voor u: %(who)s", who=_name_of_other(facts, about)),
            (
                _("%(who)s wil graag met u kennismaken. Wij zijn daar zelf bij.", who=_name_of_other(facts, about)),
                free,
                _("Wilt u het ons laten weten vóór %(until)s?", until=until),
            ),
            _("Lees meer en geef antwoord"),
            _link(facts, about, places),
        )
    return None


def _meeting(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    about = _open(facts)
    pair = about.introduction if about else None
    if about is None or pair is None or pair.meets_at is None or pair.status is not IntroductionStatus.MEETING:
        return None
    return MailText(
        _(
            "Kennismaken met %(who)s: %(when)s",
            who=_name_of_other(facts, about),
            when=dates.near_moment(pair.meets_at, now=now),
        ),
        (
            _("U ziet elkaar bij: %(where)s. Wij zijn erbij.", where=pair.meets_where),
            _("Daarna vragen wij ieder apart: wilt u verder? Nee is ook goed."),
            _("Kunt u niet? Bel ons: %(telephone)s.", telephone=facts.municipality.telephone),
        ),
        _("Bekijk de afspraak"),
        places.buddy(about.trajectory.id),
    )


def _go_on(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    about = _open(facts)
    pair = about.introduction if about else None
    if about is None or pair is None or pair.status is not IntroductionStatus.MEETING:
        return None
    said = pair.buddy_goes_on if _is_buddy(facts, about) else pair.resident_goes_on
    if said is not None:
        return None
    return MailText(
        _("Hoe was het met %(who)s? Wilt u verder?", who=_name_of_other(facts, about)),
        (
            _("U hebt %(who)s ontmoet. Wilt u samen verder?", who=_name_of_other(facts, about)),
            _("Nee is ook goed. U hoeft niet te zeggen waarom. De ander hoort niet wat u zei."),
        ),
        _("Geef antwoord"),
        _link(facts, about, places),
    )


def _parted(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    """The same words for everybody: nobody hears whose wish it was."""
    about = facts.about_buddy
    if about is None or about.introduction is None:
        return None
    had_begun = about.introduction.started_at is not None
    if _is_buddy(facts, about):
        thanks = (
            _("Dank u wel voor wat u voor %(who)s hebt gedaan.", who=_name_of_other(facts, about))
            if had_begun
            else _("Dank u wel dat u wilde kennismaken.")
        )
        return MailText(
            _("Het gaat niet verder. Dank u wel."),
            (thanks, _("Soms past het niet, of is het genoeg. Dat is niemands schuld. Wij bellen u nog.")),
            _("Naar mijn pagina"),
            places.my_page,
        )
    if about.trajectory.status is TrajectoryStatus.ENDED:
        return None
    kept = _("U staat vooraan op de lijst.") if had_begun else _("Uw plek op de lijst blijft.")
    return MailText(
        _("Wij zoeken een andere buddy voor u"),
        (
            _("Met %(who)s gaat het niet verder. Dat is niemands schuld.", who=_name_of_other(facts, about)),
            f"{kept} " + _("Wij bellen u."),
        ),
        _("Bekijk hoe het staat"),
        places.buddy(about.trajectory.id),
    )


def _goal(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    about = _open(facts)
    pair = about.introduction if about else None
    if about is None or pair is None or pair.wanted_ends_on is None:
        return None
    agreed_at = pair.buddy_agreed_at if _is_buddy(facts, about) else pair.resident_agreed_at
    if agreed_at is not None:
        return None
    until = dates.day(pair.wanted_ends_on)
    longer = pair.status is IntroductionStatus.RUNNING
    first = (
        _("Wilt u samen verder tot en met %(until)s?", until=until)
        if longer
        else _("Wij schreven op wat u samen wilt, en tot wanneer: %(until)s.", until=until)
    )
    return MailText(
        _("Vindt u dit goed? Uw afspraak met %(who)s", who=_name_of_other(facts, about)),
        (
            first,
            _("Lees het rustig. Wilt u het anders? Bel ons: %(telephone)s.", telephone=facts.municipality.telephone),
        ),
        _("Lees de afspraak"),
        _link(facts, about, places),
    )


def _started(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    about = _open(facts)
    pair = about.introduction if about else None
    if about is None or pair is None or pair.status is not IntroductionStatus.RUNNING or pair.ends_on is None:
        return None
    return MailText(
        _("U en %(who)s gaan samen op weg", who=_name_of_other(facts, about)),
        (
            _("U zei allebei ja. De afspraak loopt tot en met %(until)s.", until=dates.day(pair.ends_on)),
            _("Op uw pagina staat hoe u elkaar bereikt."),
            _("Af en toe vragen wij hoe het gaat, ieder apart. Wat u zegt, hoort de ander niet."),
        ),
        _("Bekijk de afspraak"),
        places.buddy(about.trajectory.id),
    )


def _talk(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    about = _open(facts)
    if about is None or about.talk is None or about.talk.status is not TalkStatus.ASKED or facts.to is None:
        return None
    return MailText(
        _("Hoe gaat het? Vijf korte vragen"),
        (
            _("U bent %(weeks)s weken op weg. Hoe gaat het?", weeks=about.talk.week),
            _("Wat u zegt, leest alleen de coördinator. De ander leest het niet."),
        ),
        _("Geef antwoord"),
        _link(facts, about, places),
    )


def _ended(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    about = facts.about_buddy
    if about is None or about.trajectory.ending is None:
        return None
    if about.trajectory.ending is TrajectoryEnding.WELL:
        return _ended_well(facts, about, places)
    if _is_buddy(facts, about):
        return _parted(facts, places, now)
    return MailText(
        _("Wij hebben uw vraag om een buddy afgesloten"),
        (
            _(
                "Hebt u later toch een buddy nodig? U bent altijd welkom. Bel ons: %(telephone)s.",
                telephone=facts.municipality.telephone,
            ),
        ),
        _("Naar mijn pagina"),
        places.my_page,
    )


def _ended_well(facts: NoticeFacts, about: BuddyFacts, places: Places) -> MailText:
    other = _name_of_other(facts, about)
    if _is_buddy(facts, about):
        said = _("U was er voor %(who)s. Dat heeft veel betekend.", who=other)
    else:
        said = _("U en %(who)s hebben het mooi afgerond.", who=other)
    return MailText(
        _("Dank u wel, en tot ziens"),
        (said, _("Op uw pagina staat wat u samen terugzag, en wat er nu komt.")),
        _("Lees het terug"),
        places.buddy(about.trajectory.id),
    )


def _for_coordinator(facts: NoticeFacts, places: Places, now: datetime) -> MailText | None:
    about = _open(facts)
    if about is None or facts.to is None or about.trajectory.owner_id != facts.to.id:
        return None
    return MailText(
        _("Een buddytraject vraagt uw aandacht"),
        (_("In een traject in %(place)s is iets te doen. Op de pagina staat wat.", place=_place(about.trajectory)),),
        _("Open het traject"),
        places.buddy_case(about.trajectory.id),
    )


def _place(trajectory: Trajectory) -> str:
    return trajectory.neighbourhood


TEXTS_OF_BUDDIES: Final[Mapping[NoticeKind, Text]] = {
    NoticeKind.BUDDY_ASKED: _asked,
    NoticeKind.BUDDY_INTAKE: _intake,
    NoticeKind.BUDDY_WAITING: _waiting,
    NoticeKind.BUDDY_QUESTION: _question,
    NoticeKind.BUDDY_MEETING: _meeting,
    NoticeKind.BUDDY_GO_ON: _go_on,
    NoticeKind.BUDDY_PARTED: _parted,
    NoticeKind.BUDDY_GOAL: _goal,
    NoticeKind.BUDDY_STARTED: _started,
    NoticeKind.BUDDY_TALK: _talk,
    NoticeKind.BUDDY_ENDED: _ended,
    NoticeKind.BUDDY_FOR_COORDINATOR: _for_coordinator,
}
