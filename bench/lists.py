"""How long the papers that name several families take: 30 young people with 50 guardians.

`PYTHONPATH=. .venv-test/bin/python -m bench.lists` makes the contact list to each guardian and a
sheet to each authority, as PDF, and looks for faults in each.
"""

import asyncio
import time
from datetime import UTC, date, datetime
from functools import partial
from types import SimpleNamespace

from app.casework.group import lists
from app.casework.group.born import Born
from app.casework.group.composed import Source
from app.casework.group.consent import Consent, Part, Say, Scope
from app.casework.group.people import Done, Group, Person
from app.casework.group.wording import Tongue
from app.typesetting import printing
from app.web.shown import words
from app.web.staff import letter_paper
from tests import pdf
from tests.content import loaded

TODAY, MEETING, LAST = date(2026, 11, 28), date(2026, 12, 10), date(2027, 11, 1)
YOUNG, GUARDIANS = 30, 50
FOUR = frozenset({"polis", "skola", "socialtjanst", "fritid"})
SPOKEN_OF = Scope(FOUR, frozenset({Part("skola"), Part("alder"), Part("hemma")}))
ON_THE_LIST = Scope(data=frozenset({Part("telefon")}))


def told(**answers: str) -> dict[str, dict[str, object]]:
    """What is known of somebody: the words, and what was chosen where something was."""
    return {name: {"data": {said: ""}, "lines": [said]} for name, said in answers.items()}


def group() -> Group:
    """A group in which everybody has said yes to everything."""
    guardians = tuple(
        Person(
            f"p{number}",
            "vuxen",
            told(skyddad="nej", telefon=f"0300-83 40 {number:02}", sprak="sv"),
            TODAY,
            name=f"Vuxen Nummer {number}",
        )
        for number in range(GUARDIANS)
    )
    born = Born(date(2014, 1, 1), date(2014, 1, 1))
    young = tuple(
        Person(
            f"b{number}",
            "ung",
            told(skyddad="nej", skola="Ängsskolan"),
            TODAY,
            name=f"Ung Nummer {number}",
            born=born,
            guardians=tuple(f"p{one}" for one in range(number, GUARDIANS, YOUNG)),
            all_known=True,
        )
        for number in range(YOUNG)
    )
    said = [("dela_pa_motet", one.id, who, SPOKEN_OF) for one in young for who in one.guardians]
    said += [("kontaktlista", one.id, one.id, ON_THE_LIST) for one in guardians]
    consents = tuple(
        Consent(number, purpose, about, who, Say.GIVEN, TODAY, LAST, scope)
        for number, (purpose, about, who, scope) in enumerate(said)
    )
    day = {"motesdag": {"data": {"date": str(MEETING)}, "lines": [str(MEETING)]}}
    planned = Done(len(consents), "planera", "", day, TODAY)
    return Group((*guardians, *young), consents, done=(planned,))


def main() -> None:
    content = loaded()
    tongues = {
        code: Tongue(
            code,
            content.processes[code]["stoppmote"],
            content.municipalities[code],
            content.interfaces[code],
            partial(words.day, t=content.interfaces[code]),
        )
        for code in content.languages
    }
    process = content.processes["sv"]["stoppmote"]
    source = Source(process, group(), TODAY, "Siv Ask", tongues)
    for name in ("kontaktlista", "motesblad"):
        began = time.perf_counter()
        letter = process.letter(name)
        made = lists.every(source, letter) if letter else ()
        desk = SimpleNamespace(content=content)
        documents = [letter_paper.document(desk, one, on=TODAY) for one in made]
        files = asyncio.run(printing.pdfs(documents, at=datetime(2026, 11, 28, tzinfo=UTC)))
        took = time.perf_counter() - began
        faults = sum(len(pdf.faults(each)) for each in files)
        print(f"{name}: {len(files)} files, {took:.2f} s, {faults} faults")


if __name__ == "__main__":
    main()
