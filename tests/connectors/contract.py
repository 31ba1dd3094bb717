"""What every connector promises, as trials: each a sentence about it, asked of the real receiver.

A trial is given a Try and raises AssertionError when the promise is broken. Those that share a
preparation say so in one line; none looks inside the connector.
"""

import gc
import logging
import threading
import time
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import ModuleType

import psutil

from app.delivery.connector import Answer, Connector, Envelope, Outcome, Registered, Setup, load
from app.errors import (
    BadOptions,
    DatabaseUnavailable,
    DeliveryFailure,
    TemporaryFailure,
)
from tests import connectors
from tests.connectors import DESTINATION, ORIGIN, Bench, Place, envelope, envelopes

LANGUAGE = Path(__file__).resolve().parents[2] / "forms" / "languages" / "sv.toml"
LIMIT = 8.0
"""How many seconds a batch may take, whatever the receiver does. The benches set short limits."""

BACK_WITHIN = 10.0
"""How many seconds it may take to find a receiver that is back."""

Report = dict[Envelope, list[Outcome]]


class Lines(logging.Handler):
    """Keeps everything that anybody logs, at any level, as it would be written."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.written: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        extra = {key: str(value) for key, value in vars(record).items()}
        self.written.append(f"{record.getMessage()} {extra}")


@dataclass
class Try:
    """One connector and its receiver, on trial."""

    kind: Registered
    bench: Bench
    lacks: frozenset[str]
    place: Place
    log: Lines
    connector: Connector
    limit: float = LIMIT
    back_within: float = BACK_WITHIN
    answers: list[tuple[Envelope, Outcome]] = field(default_factory=list)

    def new(self, number: int) -> list[Envelope]:
        """Return envelopes that can be delivered, each like no other."""
        made = envelopes(number, self.plain)
        for each in made:
            self.bench.expect(each)
        return made

    def plain(self) -> Envelope:
        return envelope() if self.kind.carries else envelope(content=None)

    def deliver(self, batch: Sequence[Envelope]) -> list[Outcome]:
        """Deliver a batch as the relay does, and return what became of each.

        Each must have been answered for once when it is over, and it must be over in time.
        """
        said: list[tuple[Envelope, Outcome]] = []
        raised: list[Exception] = []

        def say(each: Envelope, outcome: Outcome) -> None:
            said.append((each, outcome))
            self.answers.append((each, outcome))

        def work() -> None:
            try:
                self.connector.deliver(batch, say)
            except Exception as failure:  # noqa: BLE001 - it goes for all that remain
                raised.append(failure)

        working = threading.Thread(target=work, daemon=True)
        working.start()
        working.join(self.limit)
        assert not working.is_alive(), "a batch took longer than it may"
        outcomes = {each.submission_id: outcome for each, outcome in said}
        counted = Counter(each.submission_id for each, _ in said)
        assert set(outcomes) <= {each.submission_id for each in batch}, "answered for another"
        assert max(counted.values(), default=0) <= 1, "answered twice"
        if raised:
            for each in batch:
                if each.submission_id not in outcomes:
                    self.answers.append((each, raised[0]))
                    outcomes[each.submission_id] = raised[0]
        assert len(outcomes) == len(batch), "not answered"
        return [outcomes[each.submission_id] for each in batch]

    def deliver_well(self, batch: Sequence[Envelope]) -> None:
        outcomes = self.deliver(batch)
        assert all(isinstance(outcome, Answer) for outcome in outcomes), outcomes

    def deliver_in_the_end(self, batch: Sequence[Envelope]) -> None:
        """Deliver, and what fails for now again, as the relay would."""
        end, left = time.monotonic() + self.back_within, list(batch)
        while left:
            outcomes = self.deliver(left)
            tried = zip(left, outcomes, strict=True)
            failed = [(each, outcome) for each, outcome in tried if not isinstance(outcome, Answer)]
            assert all(is_passing(outcome) for _, outcome in failed), failed
            left = [replace(each, again=True) for each, _ in failed]
            assert not left or time.monotonic() < end, "it was never found again"
            if left:
                time.sleep(0.2)

    def assert_held(self, *batches: Sequence[Envelope]) -> None:
        """Assert that the receiver holds just these, each once, with its own content."""
        expected = [each for batch in batches for each in batch]
        held = self.bench.held()
        if "ids" in self.lacks:
            assert bool(expected) == bool(held)
            assert len(held) <= len(expected)
            return
        counted = Counter(each.submission_id for each in held)
        assert counted == Counter(each.submission_id for each in expected)
        if "content" not in self.lacks:
            contents = {each.submission_id: each.content for each in held}
            assert contents == {each.submission_id: each.content for each in expected}

    @property
    def secrets(self) -> set[str]:
        return {file.read_text("utf-8").strip() for file in self.place.secrets.iterdir()}


def is_passing(outcome: Outcome) -> bool:
    """Whether it is a failure that the relay tries again without anybody's help."""
    return isinstance(outcome, TemporaryFailure | DatabaseUnavailable)


@contextmanager
def trying(name: str, place: Place, *, limit: float = LIMIT) -> Iterator[Try]:
    """Build a connector against its real receiver, and take both away afterwards."""
    kind, module = load(name), connectors.load(name)
    bench, log = module.bench(place), Lines()
    root, ours = logging.getLogger(), logging.getLogger("skyddsnat")
    before = {logger: logger.level for logger in (root, ours)}
    root.addHandler(log)
    for logger in before:
        logger.setLevel(logging.DEBUG)
    try:
        built = kind.make(setup(bench, place))
        try:
            yield Try(kind, bench, frozenset(module.LACKS), place, log, built, limit)
        finally:
            built.close()
    finally:
        root.removeHandler(log)
        for logger, level in before.items():
            logger.setLevel(level)
        bench.close()


def setup(bench: Bench, place: Place, **options: object) -> Setup:
    return Setup(
        destination=DESTINATION,
        database=place.database,
        clock=place.clock,
        options={**bench.options, **options},
        secrets=place.secrets,
        municipality_code="exempelkommun",
        origin=ORIGIN,
    )


# The trials


def is_held(attempt: Try) -> None:
    """What it says that it has delivered, the receiver holds, as it was."""
    batch = attempt.new(3)
    attempt.deliver_well(batch)
    attempt.assert_held(batch)


def again_does_nothing_twice(attempt: Try) -> None:
    """A repetition changes nothing, neither alone nor beside something new."""
    first, second = attempt.new(2)
    attempt.deliver_well([first])
    held = len(attempt.bench.held())
    attempt.deliver_well([replace(first, again=True)])
    attempt.deliver_well([first])
    attempt.assert_held([first])
    assert len(attempt.bench.held()) == held
    attempt.deliver_well([replace(first, again=True), second])
    attempt.assert_held([first, second])


def each_is_answered_once(attempt: Try) -> None:
    """Each is answered for once, before it is over and not after."""
    for number in (1, 4):
        attempt.deliver(attempt.new(number))
    time.sleep(0.2)
    assert len(attempt.answers) == 5


def as_many_as_it_wants_are_taken(attempt: Try) -> None:
    """It takes as many at a time as it says."""
    assert isinstance(attempt.connector.most, int)
    assert attempt.connector.most >= 1
    batch = attempt.new(attempt.connector.most)
    attempt.deliver_well(batch)
    attempt.assert_held(batch)


def one_that_is_refused_spoils_no_other(attempt: Try) -> None:
    """One that the receiver will not take does not stop those beside it."""
    good = attempt.new(3)
    bad = attempt.bench.spoil(attempt.plain())
    first, refused, *others = attempt.deliver([good[0], bad, *good[1:]])
    assert isinstance(refused, Exception)
    assert all(isinstance(outcome, Answer) for outcome in (first, *others)), others
    attempt.assert_held(good)


def one_without_content_is_refused(attempt: Try) -> None:
    """Where content is carried, an envelope without any is refused, and alone."""
    good, empty = attempt.new(1), envelope(content=None)
    if not attempt.kind.carries:
        attempt.deliver_well(good)
        return
    taken, refused = attempt.deliver([*good, empty])
    assert isinstance(taken, Answer)
    assert isinstance(refused, Exception)
    attempt.assert_held(good)


def a_receiver_that_is_away_is_tried_again(attempt: Try) -> None:
    """While the receiver is away each fails for now, with a reason; and is taken afterwards."""
    batch = attempt.new(2)
    attempt.bench.leave()
    outcomes = attempt.deliver(batch)
    assert all(is_passing(outcome) for outcome in outcomes), outcomes
    assert_reasons_are_known(outcomes)
    attempt.bench.come_back()
    attempt.deliver_in_the_end([replace(each, again=True) for each in batch])
    attempt.assert_held(batch)


def a_receiver_that_was_cut_off_is_found_again(attempt: Try) -> None:
    """A connection that has been used and cut is made anew, by the same connector."""
    before, meanwhile, after = (attempt.new(1) for _ in range(3))
    attempt.deliver_well(before)
    attempt.bench.leave()
    assert all(is_passing(outcome) for outcome in attempt.deliver(meanwhile))
    attempt.bench.come_back()
    attempt.deliver_in_the_end([replace(meanwhile[0], again=True), *after])
    attempt.assert_held(before, meanwhile, after)


def a_receiver_that_says_nothing_is_left(attempt: Try) -> None:
    """A receiver that never answers is left in time, and is tried again."""
    batch = attempt.new(3)
    attempt.bench.silence()
    try:
        outcomes = attempt.deliver(batch)
    finally:
        attempt.bench.come_back()
    assert all(is_passing(outcome) for outcome in outcomes), outcomes
    assert_reasons_are_known(outcomes)
    attempt.deliver_in_the_end([replace(each, again=True) for each in batch])
    attempt.assert_held(batch)


def nothing_sealed_can_be_seen(attempt: Try) -> None:
    """Nothing but reference and ids is seen on the way or logged; no secret anywhere."""
    batch = attempt.new(2)
    attempt.deliver_well(batch)
    attempt.bench.held()
    seen = "\n".join([attempt.bench.shown(), *attempt.log.written, repr(attempt.connector)])
    assert attempt.bench.shown(), "the bench shows nothing"
    assert_tells_nothing(attempt, seen)
    if "ids" in attempt.lacks:
        for each in batch:
            for fact in (each.reference, each.unit, each.form_id, str(each.submission_id)):
                assert fact not in attempt.bench.shown()


def no_error_tells(attempt: Try) -> None:
    """No error repeats what is sealed or secret, nor does what it came of."""
    if "spoil" not in attempt.lacks:
        bad = attempt.bench.spoil(attempt.plain())
        attempt.deliver([bad])
    batch = attempt.new(2)
    attempt.deliver([envelope(content=None)])
    attempt.bench.leave()
    attempt.deliver(batch)
    attempt.bench.come_back()
    told = [text for _, outcome in attempt.answers for text in telling(outcome)]
    assert_tells_nothing(attempt, "\n".join([*told, *attempt.log.written]))


def two_batches_at_once_are_both_taken(attempt: Try) -> None:
    """The relay may leave a batch behind and begin another: both are answered for and held."""
    batches, wrong = [attempt.new(3) for _ in range(3)], []

    def one(batch: list[Envelope]) -> None:
        try:
            attempt.deliver_well(batch)
        except AssertionError as failure:
            wrong.append(failure)

    threads = [threading.Thread(target=one, args=(batch,)) for batch in batches]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong, wrong
    attempt.assert_held(*batches)


def closed_it_leaves_nothing_behind(attempt: Try) -> None:
    """When it is closed, no thread, socket or file of its own is left."""
    attempt.deliver_well(attempt.new(2))  # what is made once, in our own house, is made now
    attempt.bench.held()
    time.sleep(0.1)
    before = _own()
    another = attempt.kind.make(setup(attempt.bench, attempt.place))
    first, attempt.connector = attempt.connector, another
    attempt.deliver_well(attempt.new(3))
    another.close()
    attempt.connector = first
    end = time.monotonic() + 3
    while (left := _own().beyond(before)) and time.monotonic() < end:
        time.sleep(0.02)
    assert not left, f"left behind: {left}"


def nothing_is_said_to_have_come(attempt: Try) -> None:
    """What only waits to be fetched never says that something is delivered."""
    outcomes = attempt.deliver([attempt.plain(), attempt.plain()])
    assert all(is_passing(outcome) for outcome in outcomes), outcomes


def what_can_not_be_set_is_refused(attempt: Try) -> None:
    """An option that it does not know stops it, and is told without its value."""
    refused = refusal(attempt, pahitt="hemlis")
    assert refused, "it took an option that it does not know"
    assert refused.destination == DESTINATION
    assert "hemlis" not in str(refused)
    assert_tells_nothing(attempt, "\n".join(telling(refused)))


def a_secret_that_is_missing_is_missed(attempt: Try) -> None:
    """Without a secret that it needs it does not start; it says which, and not the others."""
    for name in attempt.bench.needs:
        file = attempt.place.secrets / f"{DESTINATION}.{name}"
        kept = file.read_text("utf-8")
        file.unlink()
        refused = refusal(attempt)
        file.write_text(kept, "utf-8")
        assert refused, f"it started without {name}"
        assert name in str(refused)
        assert_tells_nothing(attempt, "\n".join(telling(refused)))


def refusal(attempt: Try, **options: object) -> BadOptions | None:
    """Return how the connector refuses to be built with these options too, if it does."""
    try:
        attempt.kind.make(setup(attempt.bench, attempt.place, **options)).close()
    except BadOptions as refused:
        return refused
    return None


TRIALS: dict[str, Callable[[Try], None]] = {
    trial.__name__: trial
    for trial in (
        is_held,
        again_does_nothing_twice,
        each_is_answered_once,
        as_many_as_it_wants_are_taken,
        one_that_is_refused_spoils_no_other,
        one_without_content_is_refused,
        a_receiver_that_is_away_is_tried_again,
        a_receiver_that_was_cut_off_is_found_again,
        a_receiver_that_says_nothing_is_left,
        nothing_sealed_can_be_seen,
        no_error_tells,
        two_batches_at_once_are_both_taken,
        closed_it_leaves_nothing_behind,
        what_can_not_be_set_is_refused,
        a_secret_that_is_missing_is_missed,
    )
}

NEEDS = {
    "a_receiver_that_says_nothing_is_left": "silence",
    "one_that_is_refused_spoils_no_other": "spoil",
}
"""The trials that can not be held where the bench lacks something."""

FOR_PASSIVE: dict[str, Callable[[Try], None]] = {
    trial.__name__: trial
    for trial in (
        nothing_is_said_to_have_come,
        what_can_not_be_set_is_refused,
        a_secret_that_is_missing_is_missed,
    )
}
"""What is asked of a connector that nothing is carried by: its receiver fetches."""


def asked_of(kind: Registered, module: ModuleType) -> list[Callable[[Try], None]]:
    """Return the trials that a connector is put through."""
    if kind.passive:
        return list(FOR_PASSIVE.values())
    return [trial for name, trial in TRIALS.items() if NEEDS.get(name) not in module.LACKS]


# What the trials look for


def assert_reasons_are_known(outcomes: Sequence[Outcome]) -> None:
    texts = tomllib.loads(LANGUAGE.read_text("utf-8"))["delivery"]["reasons"]
    for outcome in outcomes:
        if isinstance(outcome, DeliveryFailure):
            assert outcome.reason.removeprefix("delivery.reasons.") in texts, outcome.reason


def assert_tells_nothing(attempt: Try, text: str) -> None:
    """Assert that no part of a sealed report and no secret stands in a text."""
    for each, _ in attempt.answers:
        for part in (each.content or b"").decode().split("."):
            # In pieces: what is cut, wrapped or shortened is told all the same.
            for start in range(0, len(part) - 15, 64):
                assert part[start : start + 16] not in text, "something sealed can be seen"
    for secret in attempt.secrets:
        assert secret not in text, "a secret can be seen"


def telling(outcome: Outcome) -> Iterator[str]:
    """Everything that an error says, and what it came of."""
    error = outcome if isinstance(outcome, BaseException) else None
    while error is not None:
        yield from (str(error), repr(error), *getattr(error, "__notes__", ()))
        error = error.__cause__ or error.__context__


@dataclass(frozen=True)
class Own:
    """What this process has: threads by their number, and how many open files and sockets."""

    threads: dict[int | None, str]
    files: int

    def beyond(self, before: "Own") -> list[str]:
        """What is here that was not before."""
        more = [name for key, name in self.threads.items() if key not in before.threads]
        if self.files > before.files:
            more.append(f"{self.files - before.files} files")
        return more


def _own() -> Own:
    gc.collect()
    threads = {thread.ident: thread.name for thread in threading.enumerate()}
    return Own(threads, psutil.Process().num_fds())
