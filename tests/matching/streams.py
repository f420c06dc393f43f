"""Random markets as a caller of `python -m matching policy` would tell them, in which every rule bites now and then."""

import heapq
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

Json = dict[str, Any]
HERE = (51.645, 4.861)
SKILLS = ("garden.mowing", "company.coffee", "admin.paperwork", "transport.automaatje")
PAPERS = ("vog", "driving_licence", "car")
CLOCKS = ("00:00", "02:15", "08:00", "09:30", "12:00", "13:00", "18:00")
ENDS = ("03:00", "09:00", "12:00", "12:30", "17:00", "22:00", "24:00")
STARTS = (  # ordinary days, both clock changes and New Year
    datetime(2026, 3, 3, 9, tzinfo=UTC),
    datetime(2026, 3, 27, 15, tzinfo=UTC),
    datetime(2026, 10, 23, 7, tzinfo=UTC),
    datetime(2026, 12, 30, 19, tzinfo=UTC),
)


class Caller:
    """Tells one random market line by line, and keeps its promises about ticks."""

    def __init__(self, seed: int) -> None:
        self.rng = Random(seed)
        self.is_kind = self.rng.random() < 0.6  # most people fit most requests, so that much is asked and matched
        self.now = self.rng.choice(STARTS)
        self.people: list[str] = []
        self.requests: dict[str, Json] = {}
        self.puts: list[Json] = []
        self.unanswered: set[str] = set()
        self.matches: list[tuple[str, str]] = []
        self.slots: dict[str, set[str]] = {}
        self.ended: set[str] = set()
        self.due: list[datetime] = []
        self.numbers = 0

    def next_event(self) -> Json:
        """The next line: a tick that was promised, or something that happens before it."""
        step = timedelta(minutes=self.rng.choice((0, 1, 7, 60, 300, 900)), seconds=self.rng.choice((0, 0, 13)))
        then = self.now + step
        if self.due and self.due[0] <= then:
            then = heapq.heappop(self.due)
            while self.due and self.due[0] == then:
                heapq.heappop(self.due)
            self.now = max(self.now, then)
            return self._line("tick")
        self.now = then
        return self._something()

    def hear(self, event: Json, answer: Json) -> None:
        """What the engine did."""
        if answer["wake_at"]:
            heapq.heappush(self.due, datetime.fromisoformat(answer["wake_at"]).astimezone(UTC))
        for proposal in answer["proposals"]:
            self.puts.append(proposal)
            self.unanswered.add(proposal["id"])
        for request, volunteer in answer["matched"]:
            self.matches.append((request, volunteer))
            self.slots[request].add(volunteer)

    def _line(self, event: str, **more: Any) -> Json:
        return {"event": event, "now": self.now.isoformat(), **more}

    def _something(self) -> Json:
        rng = self.rng
        kind = rng.choices(
            ("volunteer", "request", "response", "application", "changed", "cancelled", "held", "taken", "released",
             "finished", "left", "history", "tick"),
            (14 if len(self.people) < 12 else 4, 8, 22, 6, 2, 1, 1, 2, 2, 3, 1, 2, 2),
        )[0]  # fmt: skip
        made = getattr(self, f"_{kind}")()
        return made if made is not None else self._line("tick")

    def _tick(self) -> Json:
        return self._line("tick")

    def _volunteer(self) -> Json:
        if len(self.people) < 12 or self.rng.random() < 0.1:
            self.people.append(f"v{len(self.people)}")
            return self._line("volunteer", volunteer=self._person(self.people[-1]))
        return self._line("volunteer", volunteer=self._person(self.rng.choice(self.people)))

    def _left(self) -> Json | None:
        return self._line("left", volunteer=self.rng.choice(self.people)) if self.people else None

    def _history(self) -> Json | None:
        if not self.people:
            return None
        return self._line(
            "history",
            request=self._ask(f"h{self.rng.randrange(9)}"),
            volunteer=self.rng.choice(self.people),
            answer=self.rng.choice(("accepted", "declined", "none")),
            proposed_at=(self.now - timedelta(days=self.rng.randrange(60))).isoformat(),
        )

    def _request(self) -> Json:
        self.numbers += 1
        request = self._ask(f"r{self.numbers}")
        self.requests[request["id"]], self.slots[request["id"]] = request, set()
        self._promise(request)
        return self._line("request", request=request)

    def _changed(self) -> Json | None:
        if (old := self._some_request()) is None:
            return None
        request = self._ask(old)
        request["slots"] = max(request["slots"], len(self.slots[old]))
        self.requests[old] = request
        self._promise(request)
        return self._line("changed", request=request)

    def _promise(self, request: Json) -> None:
        heapq.heappush(self.due, max(self.now, datetime.fromisoformat(request["respond_by"]).astimezone(UTC)))

    def _cancelled(self) -> Json | None:
        if (request := self._some_request()) is None:
            return None
        self.ended.add(request)
        self.matches = [pair for pair in self.matches if pair[0] != request]
        return self._line("cancelled", request=request)

    def _held(self) -> Json | None:
        request = self._some_request()
        return None if request is None else self._line("held", request=request)

    def _taken(self) -> Json | None:
        request = self._some_request()
        if request is None or not self.people or len(self.slots[request]) >= self.requests[request]["slots"]:
            return None
        able = [v for v in self.people if v not in self.slots[request]]
        return self._line("taken", request=request, volunteer=self.rng.choice(able)) if able else None

    def _application(self) -> Json | None:
        if not self.requests or not self.people:
            return None
        request = self.rng.choice(list(self.requests)[-8:])
        return self._line("application", request=request, volunteer=self.rng.choice(self.people))

    def _response(self) -> Json | None:
        if not self.unanswered:
            return None
        proposal = self.rng.choice(sorted(self.unanswered)[-12:])
        self.unanswered.discard(proposal)
        if self.rng.random() < 0.4:
            return self._line("response", proposal=proposal, answer="accepted")
        why = self.rng.choice((None, "not_now", "not_this_kind", "too_far", "pause", "other"))
        return self._line("response", proposal=proposal, answer="declined", **({} if why is None else {"reason": why}))

    def _released(self) -> Json | None:
        if not self.matches:
            return None
        request, volunteer = self.matches.pop(self.rng.randrange(len(self.matches)))
        self.slots[request].discard(volunteer)
        return self._line("released", request=request, volunteer=volunteer)

    def _finished(self) -> Json | None:
        if not self.matches:
            return None
        request, volunteer = self.matches.pop(self.rng.randrange(len(self.matches)))
        return self._line("finished", request=request, volunteer=volunteer)

    def _some_request(self) -> str | None:
        standing = [request for request in self.requests if request not in self.ended][-8:]
        return self.rng.choice(standing) if standing else None

    def _week(self, most: int) -> list[Json]:
        found = []
        for _ in range(self.rng.randrange(most + 1)):
            start, end = self.rng.choice(CLOCKS), self.rng.choice(ENDS)
            if start < end:
                found.append({"weekday": self.rng.randrange(7), "start": start, "end": end})
        return found

    def _person(self, id: str) -> Json:
        rng = self.rng
        person: Json = {
            "id": id,
            "lat": HERE[0] + rng.uniform(-0.03, 0.03),
            "lon": HERE[1] + rng.uniform(-0.05, 0.05),
            "max_km": rng.choice((1.0, 3, 5.0, 15)),
            "skills": rng.sample(SKILLS, rng.randrange(1, 5)),
            "available": self._week(8),
            "capacity": rng.choice((0, 1, 1, 2, 3)),
            "max_proposals_per_week": rng.choice((0, 1, 2, 3)),
        }
        if self.is_kind:
            week = [{"weekday": day, "start": "08:00", "end": "24:00"} for day in range(7)]
            person |= {"available": week, "max_km": 8.0, "skills": list(SKILLS), "capacity": rng.choice((1, 2, 3))}
            person |= {"qualifications": list(PAPERS), "languages": ["nl", "en", "pl"], "born": 1960}
            person["max_proposals_per_week"] = rng.choice((1, 3, 9))
            return person
        if rng.random() < 0.8:
            person["qualifications"] = [code for code in PAPERS if rng.random() < 0.8]
        if rng.random() < 0.8:
            person["languages"] = rng.sample(("nl", "en", "pl"), rng.randrange(1, 3))
        if rng.random() < 0.7:
            person["born"] = rng.choice((None, 1950, 1990, 2008, 2009))
        if rng.random() < 0.2:
            person["paused_until"] = (self.now + timedelta(hours=rng.randrange(-50, 200))).isoformat()
        if rng.random() < 0.2:
            person["avoid"] = [f"q{rng.randrange(5)}"]
        return person

    def _ask(self, id: str) -> Json:
        rng = self.rng
        request: Json = {
            "id": id,
            "requester": f"q{rng.randrange(5)}",
            "lat": HERE[0] + rng.uniform(-0.03, 0.03),
            "lon": HERE[1] + rng.uniform(-0.05, 0.05),
            "skill": rng.choice(SKILLS),
            "slots": rng.choice((1, 1, 1, 2, 3)),
            "minutes": rng.choice((15, 60, 120, 200)),
            "respond_by": (self.now + timedelta(hours=rng.choice((-1, 0, 3, 20, 60, 100, 170)))).isoformat(),
        }
        if self.is_kind:
            hours = rng.choice((20, 60, 100, 170, 250))
            request["respond_by"] = (self.now + timedelta(hours=hours)).isoformat()
        windows = []
        for _ in range(rng.randrange(3)):
            start = self.now + timedelta(minutes=rng.randrange(-600, 9000), seconds=rng.choice((0, 0, 30)))
            end = start + timedelta(minutes=rng.choice((30, 240, 1500, 3000)))
            windows.append({"start": start.isoformat(), "end": end.isoformat()})
        weekly = self._week(3)
        if not windows and not weekly:
            weekly = [{"weekday": 1, "start": "09:00", "end": "17:00"}]
        request |= {"windows": windows} if windows else {}
        request |= {"weekly": weekly} if weekly or rng.random() < 0.5 else {}
        if rng.random() < 0.3:
            request["requires"] = ["vog"]
        if rng.random() < 0.4:
            request["languages"] = rng.sample(("nl", "en", "pl", "ar"), rng.randrange(1, 3))
        if rng.random() < 0.3:
            request["min_age"] = rng.choice((0, 18))
        if rng.random() < 0.2:
            request["avoid"] = [f"v{rng.randrange(12)}"]
        return request
