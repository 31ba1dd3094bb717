"""What the letters and lists of a large stoppmöte cost, and that each can be read by everybody.

`python -m bench.letters` makes every letter that can be made of a group of 30 young people with 50
guardians, as the pages do: composed, set as PDF/UA-1, each in a file of its own. It prints seconds
of processor and by the clock for each letter, what a validator finds in all of them (nothing), and
in how many stands the name of somebody who is not of the family that it is to (none). Lists name
others, and are looked through for those who have said no.
"""

import asyncio
import os
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import partial
from types import SimpleNamespace
from typing import Any

from app.casework.group import lists
from app.casework.group.born import born_as
from app.casework.group.composed import Composed, Source
from app.casework.group.consent import Consent, Part, Say, Scope
from app.casework.group.families import families
from app.casework.group.people import Done, Group, Person
from app.runner import content
from app.settings import CHECKOUT
from app.typesetting import printing
from app.web.staff import letter_paper
from tests import pdf

YOUNG, GUARDIANS = 30, 50
TODAY, MEETING = date(2026, 11, 28), "2026-12-05"
UNTIL = date(2027, 11, 28)
AT = datetime(2026, 11, 28, 9, tzinfo=UTC)


def main() -> None:
    """Print what it costs, letter by letter and in all."""
    found = content.load(CHECKOUT / "forms")
    source = source_of(found)
    every = 0.0, 0.0, 0
    print(f"{'':24}{'PDF':>6}{'s CPU':>8}{'s':>8}")
    for letter in source.process.letters:
        began, cpu = time.perf_counter(), used()
        made = [one for one in lists.every(source, letter) if not one.hinders]
        documents = [letter_paper.document(desk(found), one, on=TODAY) for one in made]
        contents = asyncio.run(printing.pdfs(documents, at=AT))
        took, cost = time.perf_counter() - began, used() - cpu
        every = every[0] + cost, every[1] + took, every[2] + len(made)
        print(f"{letter.id:24}{len(made):6}{cost:8.2f}{took:8.2f}")
        faults = sum(len(pdf.faults(content)) for content in contents)
        each = zip(made, map(pdf.words, contents), strict=True)
        alien = sum(names_others(source, one, said) for one, said in each)
        assert (faults, alien) == (0, 0), f"{letter.id}: {faults} faults, {alien} name others"
    print(f"{'in all':24}{every[2]:6}{every[0]:8.2f}{every[1]:8.2f}")
    print("PDF/UA-1: 0 findings; names of other families: 0")


def used() -> float:
    """Return the seconds of processor that this and those it has started have used."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


def told(**answers: object) -> dict[str, dict[str, object]]:
    return {name: {"lines": [str(said)], "data": said} for name, said in answers.items()}


def source_of(found: content.Content) -> Source:
    """Return a case of many: two of three children have two guardians, and all have said yes."""
    guardians = [
        Person(
            f"v{n}",
            "vuxen",
            told(
                skyddad={"nej": ""}, sprak={"en" if n % 5 == 0 else "sv": ""}, adress=f"Gatan {n}"
            ),
            TODAY,
            f"Vuxen{n}x Efternamn{n}x",
        )
        for n in range(GUARDIANS)
    ]
    young = [
        Person(
            f"u{n}",
            "ung",
            told(skyddad={"nej": ""}, skola=f"Skola{n}x"),
            TODAY,
            f"Ung{n}x Efterled{n}x",
            born_as("2012-01-01"),
            (f"v{n}", *([f"v{n + YOUNG}"] if n + YOUNG < GUARDIANS else [])),
            all_known=True,
        )
        for n in range(YOUNG)
    ]
    step = partial(Done, on=TODAY)
    done = (
        step(1, "planera", "", told(motesdag={"date": MEETING}, tid="18.00", plats="Torget")),
        step(2, "mote", "", told(dag={"date": MEETING}, overens="Vi ses i januari.")),
        *(
            step(3 + n, "familj", one.id, told(overens=f"{one.name} kommer hem klockan nio."))
            for n, one in enumerate(young)
        ),
    )
    group = Group((*young, *guardians), tuple(yeses(young, guardians)), done=done)
    process = found.processes["sv"]["stoppmote"]
    return letter_paper.source(desk(found), process, group, on=TODAY, sender="Siv Samordnare")


def yeses(young: list[Person], guardians: list[Person]) -> Iterator[Consent]:
    """Yield a yes of everybody to what lists need: but of every fifth, who has said no."""
    scope = Scope(frozenset({"polis", "skola"}), frozenset({Part("skola"), Part("adress")}))
    said = [("dela_pa_motet", one, who) for one in young for who in one.guardians]
    said += [("kontaktlista", one, one.id) for one in guardians]
    for number, (purpose, one, who) in enumerate(said):
        say = Say.REFUSED if says_no(one) else Say.GIVEN
        yield Consent(number, purpose, one.id, who, say, TODAY, UNTIL, scope)


def says_no(one: Person) -> bool:
    return int(one.id[1:]) % 5 == 1


def names_others(source: Source, made: Composed, said: str) -> bool:
    """Tell whether a paper names who is not of the family, or on a list who has said no."""
    if made.letter.lists:
        return any(says_no(one) and pdf.squeezed(one.name) in said for one in source.group.people)
    mine = next((those for those in families(source.group) if made.to in those), ())
    return any(pdf.squeezed(one.name) in said for one in source.group.people if one not in mine)


def desk(found: content.Content) -> Any:
    """Return what letters are made with."""
    return SimpleNamespace(content=found)


if __name__ == "__main__":
    main()
