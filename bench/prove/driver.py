"""People at work who write down what was acknowledged: takers, deciders, mergers, note writers.

A taker or decider that gets no answer asks again under the same Idempotency-Key until there is one. A merger that gets
no answer looks what holds now. A note is never sent twice, so one without an answer may stand once or not at all.
"""

import http.client
import json
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import urlencode
from uuid import uuid4

from bench.prove.house import House

MATTER = "MZ-15"  # decided at the community, nothing to bring: a case can be taken and closed in two requests
CSRF = "p" * 32
PATIENCE = 90.0  # seconds until somebody who waits for the house gives up

T = TypeVar("T")


class GaveUp(Exception):
    """The house did not come back."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, Sequence[str]]
    body: bytes

    def json(self) -> Any:
        """The body as data."""
        return json.loads(self.body)


@dataclass
class Ledger:
    """What was acknowledged, and what was not as it should be."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    taken: dict[str, str] = field(default_factory=dict)  # key -> number
    decided: dict[str, str] = field(default_factory=dict)  # number -> document
    merges: dict[tuple[str, str], list[str]] = field(default_factory=dict)  # pair -> "merge", "part", ... in order
    notes: dict[str, float] = field(default_factory=dict)  # text -> when its answer came
    sent: dict[str, float] = field(default_factory=dict)  # text -> when it was sent
    unsure: set[str] = field(default_factory=set)  # notes without an answer
    wrong: list[str] = field(default_factory=list)
    broken: Counter[str] = field(default_factory=Counter)
    longest: float = 0.0  # seconds somebody waited through broken requests
    in_flight: int = 0
    answered: int = 0

    @property
    def acknowledged(self) -> int:
        """Ids that may not be lost."""
        return len(self.taken) + len(self.decided) + len(self.notes) + sum(len(acts) for acts in self.merges.values())


class Crew:
    """All of them, with the tokens and sessions they work under."""

    def __init__(self, house: House, *, seed: int, takers: int = 3, mergers: int = 2, noters: int = 1) -> None:
        self.house, self.ledger, self.seed = house, Ledger(), seed
        self.stopping = threading.Event()
        self.token = house.cli("token", "window").stdout.strip()
        self.cookie = sign_in(house, "window")
        self.old = [row[0] for row in house.rows(_OLD)]
        others = set(self.old)
        self.pairs = _pairs([row[0] for row in house.rows(_RESIDENTS) if row[0] not in others][:400], mergers)
        self.cases = [row[0] for row in house.rows(_OPEN)]
        jobs: list[Callable[[random.Random, int], None]] = [
            *[self._take] * takers,
            *[self._merge] * mergers,
            *[self._note] * noters,
        ]
        self.threads = [
            threading.Thread(target=self._work, args=(job, number), daemon=True) for number, job in enumerate(jobs)
        ]

    def join(self, job: Callable[[random.Random, int], None]) -> None:
        """One more who works."""
        self.threads.append(threading.Thread(target=self._work, args=(job, len(self.threads)), daemon=True))

    def start(self) -> None:
        """Begin."""
        for thread in self.threads:
            thread.start()

    def stop(self, tend: Callable[[], None]) -> None:
        """Let each finish what is under way; `tend` keeps the house running meanwhile."""
        self.stopping.set()
        deadline = time.monotonic() + PATIENCE + 10
        while any(thread.is_alive() for thread in self.threads) and time.monotonic() < deadline:
            tend()
            time.sleep(0.05)

    def _work(self, job: Callable[[random.Random, int], None], number: int) -> None:
        dice = random.Random(f"{self.seed}/{number}")
        while not self.stopping.is_set():
            try:
                job(dice, number)
            except GaveUp as error:
                self.wrong(f"gave up: {error}")
                return
            except Exception as error:  # whatever it is, the run must say so
                self.wrong(f"{job.__name__}: {type(error).__name__}: {error}")
                return

    def wrong(self, words: str) -> None:
        """Something that has no explanation."""
        with self.ledger.lock:
            self.ledger.wrong.append(words[:300])

    def _take(self, dice: random.Random, number: int) -> None:
        key = str(uuid4())
        body = {"resident": dice.choice(self.old), "matters": [MATTER], "again": [MATTER]}
        answer = self._insist("POST", "/api/v1/cases", body, key)
        if answer.status != 201:
            self.wrong(f"take: {_problem(answer)}")
            return
        case = answer.json()["cases"][0]
        with self.ledger.lock:
            self.ledger.taken[key] = case["number"]
        if dice.random() < 0.8:
            self._decide(case["number"])

    def _decide(self, number: str) -> None:
        body = {"outcome": "done", "text": "已办结"}
        answer = self._insist("POST", f"/api/v1/cases/{number}/decide", body, str(uuid4()))
        if answer.status != 200:
            self.wrong(f"decide: {_problem(answer)}")
            return
        with self.ledger.lock:
            self.ledger.decided[number] = answer.json()["decision"]["document_no"]

    def _note(self, dice: random.Random, number: int) -> None:
        text = f"prove {uuid4()}"
        with self.ledger.lock:
            self.ledger.sent[text] = time.time()
        path = f"/cases/{dice.choice(self.cases)}/note"
        try:
            answer = self._once("POST", path, {"text": text, "csrfmiddlewaretoken": CSRF})
        except (OSError, http.client.HTTPException) as error:
            self._count(error)
            with self.ledger.lock:
                self.ledger.unsure.add(text)
            time.sleep(0.1)
            return
        with self.ledger.lock:
            if answer.status == 302:
                self.ledger.notes[text] = time.time()
            elif answer.status >= 500:
                self.ledger.unsure.add(text)
                self.ledger.broken[f"answer {answer.status}"] += 1
            else:
                self.ledger.wrong.append(f"note: {answer.status} {answer.body[:100]!r}")

    def _merge(self, dice: random.Random, number: int) -> None:
        """Merge a pair of one's own, or part it again when it is merged."""
        pair = dice.choice(self.pairs[number % len(self.pairs)])
        acts = self.ledger.merges.setdefault(pair, [])
        if acts and acts[-1] == "merge":
            self._part(pair, acts)
        else:
            self._join(pair, acts)

    def _join(self, pair: tuple[str, str], acts: list[str]) -> None:
        keep, other = pair
        form = {"other": other, "then": "merge", "why": f"prove {len(acts)}", "csrfmiddlewaretoken": CSRF}
        self._until("merge", pair, f"/people/{keep}/merge", form, holds=lambda: self._is_merged(other, keep), acts=acts)

    def _part(self, pair: tuple[str, str], acts: list[str]) -> None:
        keep, other = pair
        merge_ref = self._patiently(lambda: self.house.one(_LIVE_MERGE, keep, other))
        form = {"merge": merge_ref, "csrfmiddlewaretoken": CSRF}
        holds = lambda: not self._is_merged(other, keep)  # noqa: E731  # one question, asked twice
        self._until("part", pair, f"/people/{keep}/part", form, holds=holds, acts=acts)

    def _until(
        self,
        act: str,
        pair: tuple[str, str],
        path: str,
        form: dict[str, str],
        *,
        holds: Callable[[], bool],
        acts: list[str],
    ) -> None:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                answer = self._once("POST", path, form)
            except (OSError, http.client.HTTPException) as error:
                self._count(error)
            else:
                if answer.status == 302:
                    break
                if answer.status < 500:
                    if self._patiently(holds):  # the request before came through after all
                        break
                    self.wrong(f"{act} {pair}: {answer.status}")
                    return
                with self.ledger.lock:
                    self.ledger.broken[f"answer {answer.status}"] += 1
            time.sleep(0.1)
            if self._patiently(holds):
                break
        else:
            raise GaveUp(act)
        with self.ledger.lock:
            acts.append(act)

    def _is_merged(self, other: str, keep: str) -> bool:
        return bool(self.house.one(_IS_MERGED, other, keep))

    def _patiently(self, ask: Callable[[], T]) -> T:
        """Ask the database, through its stops."""
        import psycopg

        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                return ask()
            except psycopg.OperationalError:
                if time.monotonic() > deadline:
                    raise GaveUp("the database") from None
                time.sleep(0.1)

    def _insist(self, method: str, path: str, body: object, key: str) -> Answer:
        """The same request under the same key until the house answers."""
        headers = {
            "Authorization": f"Bearer {self.token}",
            "Idempotency-Key": key,
            "Content-Type": "application/json",
        }
        return self.patient(method, path, json.dumps(body).encode(), headers)

    def patient(self, method: str, path: str, data: bytes | None, headers: Mapping[str, str]) -> Answer:
        """The same request until the house answers."""
        began = time.monotonic()
        while time.monotonic() < began + PATIENCE:
            try:
                answer = self._sent(method, path, data, headers)
            except (OSError, http.client.HTTPException) as error:
                self._count(error)
            else:
                if answer.status < 500:
                    with self.ledger.lock:
                        self.ledger.longest = max(self.ledger.longest, time.monotonic() - began)
                    return answer
                with self.ledger.lock:
                    self.ledger.broken[f"answer {answer.status}"] += 1
            time.sleep(0.05)
        raise GaveUp(path)

    def _count(self, error: Exception) -> None:
        with self.ledger.lock:
            self.ledger.broken[type(error).__name__] += 1

    def _once(self, method: str, path: str, form: Mapping[str, str]) -> Answer:
        """A form of a page, sent once."""
        headers = {"Cookie": self.cookie, "Content-Type": "application/x-www-form-urlencoded"}
        return self._sent(method, path, urlencode(form).encode(), headers)

    def _sent(self, method: str, path: str, data: bytes | None, headers: Mapping[str, str]) -> Answer:
        """One request on a connection of its own."""
        with self.ledger.lock:
            self.ledger.in_flight += 1
        try:
            answer = ask(self.house.port, method, path, data, headers)
        finally:
            with self.ledger.lock:
                self.ledger.in_flight -= 1
        with self.ledger.lock:
            self.ledger.answered += 1
            if answer.status == 500:  # busy is 503; this would be a defect
                self.ledger.wrong.append(f"{method} {path.split('/')[1]}: answer 500")
        return answer


def _problem(answer: Answer) -> str:
    """What a problem document says."""
    try:
        said = answer.json()
    except ValueError:
        return str(answer.status)
    return f"{answer.status} {said.get('detail_en', said)} {said.get('field', '')}"


def ask(port: int, method: str, path: str, data: bytes | None, headers: Mapping[str, str]) -> Answer:
    """One request; OSError or HTTPException when no whole answer came."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request(method, path, data, {"Host": "localhost", **headers})
        response = connection.getresponse()
        return Answer(
            response.status,
            {name.lower(): response.headers.get_all(name) or [] for name in response.headers},
            response.read(),
        )
    finally:
        connection.close()


def sign_in(house: House, username: str) -> str:
    """The cookies of a session, through the sign-in page."""
    form = {"username": username, "password": house.password, "csrfmiddlewaretoken": CSRF}
    headers = {"Cookie": f"csrf={CSRF}", "Content-Type": "application/x-www-form-urlencoded"}
    answer = ask(house.port, "POST", "/login", urlencode(form).encode(), headers)
    cookies = [cookie.split(";")[0].strip() for cookie in answer.headers.get("set-cookie", ())]
    ours = [cookie for cookie in cookies if cookie.startswith("yimen-")]
    if answer.status != 302 or not ours:
        raise RuntimeError(f"{username} could not sign in: {answer.status}")
    return f"{ours[0]}; csrf={CSRF}"


_REACH = "(select t.division_code from access_seat t join access_account a on a.id = t.account_id \
where a.username = 'window' limit 1)"
_RESIDENTS = f"""
select ref from registry_resident where division_code = {_REACH} and merged_into_id is null and not is_protected
and died_on is null order by id
"""
_OLD = f"""
select ref from registry_resident where division_code = {_REACH} and merged_into_id is null and not is_protected
and died_on is null and phone is not null and id_number is not null and registered_address <> ''
and birth_on < '1962-01-01' and exists (
  select 1 from registry_residence h where h.resident_id = registry_resident.id and h.to_on is null
  and h.kind in ('both', 'living') and h.division_code = registry_resident.division_code)
order by id
"""
_OPEN = """
select c.number from cases_case c join access_account a on a.id = c.owner_id
where a.username = 'window' and c.state = 'open' order by c.id limit 50
"""
_LIVE_MERGE = """
select m.ref from registry_merge m join registry_resident k on k.id = m.kept_id join registry_resident o
on o.id = m.merged_id where k.ref = %s and o.ref = %s and m.undone_at is null
"""
_IS_MERGED = """
select exists (select 1 from registry_resident o join registry_resident k on k.id = o.merged_into_id
where o.ref = %s and k.ref = %s)
"""


def _pairs(refs: Sequence[str], shares: int) -> list[list[tuple[str, str]]]:
    """Pairs for each merger, no resident in two of them."""
    pairs = list(zip(refs[::2], refs[1::2], strict=False))
    return [pairs[n::shares] for n in range(max(shares, 1))]
