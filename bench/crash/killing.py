"""Kills whatever is there, at random, while people report, and starts it again at once."""

import json
import random
import subprocess
import sys
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path

from app.commands.progress import Tell
from app.settings import CHECKOUT
from bench.crash.clerks import Mark
from bench.crash.house import House
from bench.crash.people import Plan, Shown

OFTEN = {
    "citizen": 26,
    "relay": 24,
    "staff": 16,
    "receiver": 12,
    "broker": 8,
    "postgresql": 14,
}
"""How often each kind is chosen, of a hundred, where it is there."""
MARKS = ("tried", "kept")
AHEAD = 60
"""How many more than the next kill needs may have begun, so that it always falls among many."""
STUCK_AFTER = 300.0
LATEST = 0.98
"""The last kill comes when this share of the receipts has been shown."""


@dataclass
class Course:
    """How it went."""

    kills: Counter[str] = field(default_factory=Counter)
    shown: list[Shown] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    tried: list[Mark] = field(default_factory=list)
    """What staff were about to write, and of it what they were told is kept."""
    kept: list[Mark] = field(default_factory=list)
    items: int = 0
    troubles: Counter[str] = field(default_factory=Counter)
    last_kill: float = 0.0
    seconds: float = 0.0


class Crowd:
    """The process of those who report, and what it has written so far."""

    def __init__(self, folder: Path, plan: Plan, tell: Tell) -> None:
        self.course, self.tell, self.people = Course(), tell, len(plan.cookies)
        (folder / "plan.json").write_text(json.dumps(asdict(plan)))
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bench.crash.people", str(folder / "plan.json")],
            stdin=subprocess.PIPE,
            text=True,
            cwd=CHECKOUT,
        )
        while not Path(plan.seen).exists():
            time.sleep(0.05)
        self._file = Path(plan.seen).open("r", encoding="utf-8")  # noqa: SIM115 - closed by end
        self._part = ""

    def allow(self, number: int) -> None:
        assert self.process.stdin
        self.process.stdin.write(f"{number}\n")
        self.process.stdin.flush()

    def look(self) -> None:
        """Read what has been written since, and tell how many have their receipt."""
        *lines, self._part = (self._part + self._file.read()).split("\n")
        for each in map(json.loads, lines):
            what, value = each["what"], each["value"]
            if what == "shown":
                self.course.shown.append(Shown(**value))
            elif what in MARKS:
                getattr(self.course, what).append(Mark(**value))
            elif what == "wrong":
                self.course.wrong.append(value)
            else:
                self.course.items = value["items"]
                self.course.troubles = Counter(value["troubles"])
        self.tell(len(self.course.shown), self.people)

    def wait_for(self, receipts: float) -> None:
        """Wait until so many receipts have been shown. Ended when nothing comes for too long."""
        heard = time.monotonic()
        while len(self.course.shown) < receipts:
            before = len(self.course.shown)
            self.look()
            if len(self.course.shown) > before:
                heard = time.monotonic()
            if self.process.poll() is not None or time.monotonic() - heard > STUCK_AFTER:
                self.look()
                return
            time.sleep(0.01)

    def end(self) -> None:
        """Let everybody finish, or end them when they do not."""
        try:
            self.process.wait(STUCK_AFTER)
        except subprocess.TimeoutExpired:
            self.course.wrong.append("somebody never came to an end")
        finally:
            self.process.kill()
            self.process.wait()
        self.look()
        self._file.close()


def run(house: House, plan: Plan, *, kills: int, chance: random.Random, tell: Tell) -> Course:
    """Let them report, and kill so many times on the way. Return how it went."""
    people = len(plan.cookies)
    crowd = Crowd(house.folder, plan, tell)
    began = time.monotonic()
    try:
        for at in sorted(chance.uniform(0, people * LATEST) for _ in range(kills)):
            # The last one waits until all has been killed that shall be.
            crowd.allow(min(int(at) + AHEAD, people - 1))
            crowd.wait_for(at)
            time.sleep(chance.random() * 0.1)
            crowd.course.kills[kill(house, chance)] += 1
            crowd.course.last_kill = time.monotonic()
        crowd.allow(people)
        crowd.wait_for(people)
    finally:
        crowd.end()
    crowd.course.seconds = time.monotonic() - began
    return crowd.course


def kill(house: House, chance: random.Random) -> str:
    """Kill one of what is there, start it again at once, and return what kind it was."""
    kinds = [kind for kind in OFTEN if kind in house.victims]
    (kind,) = chance.choices(kinds, [OFTEN[kind] for kind in kinds])
    victim = chance.choice(house.victims[kind])
    victim.kill()
    victim.start()
    return kind
