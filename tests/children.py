"""Made-up children, and reports of them as people write: the same child spelt in many ways.

None of them exists. The shares of each kind of trouble are ours, chosen before anything was
measured; no register of real reports stands behind them.
"""

import random
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from personnummer import personnummer

from app.runner.definition import Form
from app.runner.journey import question

TODAY = date(2026, 11, 27)
ALONE, TWINS, SIBLINGS, COMMON = 2000, 200, 400, 300
"""Children by themselves, pairs of twins, siblings, and bearers of very common names."""


def listed(names: str) -> list[str]:
    return names.split()


FIRSTS = listed(
    """
    Alva Agnes Alice Alma Amina Anna-Karin Astrid Ayan Cecilia Clara Cornelia Ebba Edith Elin
    Elisabeth Ella Ellen Elsa Elvira Emelie Emma Esther Fatima Felicia Filippa Freja Greta Hanna
    Hilda Hjördis Ida Ines Ingrid Iris Isabella Josefin Julia Kajsa Katarina Kerstin Leia Leila
    Lilly Linnea Lisa Lova Lovisa Lykke Maja Maryam Matilda Meja Mila Minna Moa Molly Märta
    Nathalie Nellie Nora Nour Olivia Pernilla Rebecka Ronja Rut Saga Sally Sara Selma Signe
    Sigrid Siri Sofia Stella Stina Svea Thea Tilde Tindra Tuva Tyra Vera Vilda Wilma Ylva Zahra
    Zeinab Åsa Adam Ahmed Albin Aleksander Ali Alfred Alvin Anton Arvid August Axel Benjamin
    Charlie Carl-Johan David Ebbe Edvin Elias Elliot Elton Elvin Emil Erik Filip Frank Gabriel
    Gustav Hampus Harry Hassan Henry Hjalmar Hugo Håkan Ibrahim Isak Ivar Jakob Joel Johannes
    Jonathan Josef Karl Kasper Kristoffer Leo Leon Liam Loke Love Lucas Ludvig Malte Matheo
    Mattias Max Maximilian Melker Melvin Mikael Milo Mohammed Nils Noah Noel Oliver Olle Omar
    Oskar Otto Philip Sam Samuel Sebastian Sigge Simon Sixten Stefan Svante Tage Theodor Ture
    Valter Vidar Viggo Viktor Vilgot Vincent William Wilmer Yousef Zackarias Åke Örjan Xian
    Nguyen Błażej Łukasz José Chloé Zoë Søren
    """
)
MANY_BEAR = listed(
    """
    Andersson Johansson Karlsson Nilsson Eriksson Larsson Olsson Persson Svensson Gustafsson
    Pettersson Jonsson Jansson Hansson Bengtsson Jönsson Lindberg Jakobsson Magnusson Lindström
    """
)
"""A quarter of people have one of these."""
LANDS = listed(
    """
    Lind Berg Sjö Sund Ny Nord Väst Öst Söder Holm Lund Ek Björk Alm Gran Häll Fors Ström Hed
    Sand Stjern Wik Wall Zetter Åker Dal Ceder Quick Hag Löf Kjell Mal Ros Äng Ö
    """
)
ENDINGS = listed(
    """
    berg ström gren qvist man lund holm dahl stedt mark fors feldt ling vall ner
    """
)
OTHERS = listed(
    """
    Abdi Abdullah Farah Hosseini Haddad Yildiz Warsame Omar Nguyen Kowalski Nowak Petrović
    Schröder Rosén Thorén Arvidsson Axelsson Claesson Danielsson Ericsson Fransson Fredriksson
    Gunnarsson Henriksson Hermansson Håkansson Isaksson Ivarsson Kristoffersson Martinsson
    Mattsson Mårtensson Olofsson Påhlsson Samuelsson Åkesson Carlsson Gustavsson Ahlgren Blom
    Palm Quist Alm Ek Holm Berg-Lind Ek-Holm Lind-Dahl
    """
)
LASTS = [*OTHERS, *(land + ending for land in LANDS for ending in ENDINGS)]
VERY_COMMON = [
    f"{first} {last}"
    for first in ("Elsa", "Emma", "Lucas", "Ali", "Maja", "William")
    for last in ("Andersson", "Johansson", "Nilsson", "Ahmed", "Svensson")
]
MIDDLE = listed("Maria Elisabeth Johan Erik Anna Karl Margareta Lars Linnea Olof")
ARABIC_FIRSTS = listed(
    """
    محمد فاطمة مريم يوسف علي زينب عمر نور حسن ليلى إبراهيم سارة خالد آية أحمد حسين ياسمين كريم
    رنا سامي هدى طارق دانا بلال
    """
)
ARABIC_LASTS = listed(
    """
    علي حسن أحمد إبراهيم الحداد الخطيب النجار السيد منصور خليل عباس المصري حمدان شاهين الأحمد
    درويش قاسم صالح الشامي بركات زيدان ناصر عثمان الحلبي
    """
)
SPELT = (
    ("Kristoffer", "Christoffer"), ("Filip", "Philip"), ("Viktor", "Victor"), ("Oskar", "Oscar"),
    ("Lucas", "Lukas"), ("Isak", "Isac"), ("Karl", "Carl"), ("Klara", "Clara"), ("Maja", "Maya"),
    ("Sofia", "Sophia"), ("Jakob", "Jacob"), ("Gustav", "Gustaf"), ("Matilda", "Mathilda"),
    ("Mikael", "Michael"), ("Theodor", "Teodor"), ("Yousef", "Josef"), ("Kasper", "Casper"),
    ("Hjalmar", "Jalmar"), ("Mohammed", "Muhammad"), ("Zackarias", "Sakarias"),
    ("Mattias", "Matias"),
    ("Rebecka", "Rebecca"), ("Nathalie", "Natalie"), ("Wilma", "Vilma"), ("Esther", "Ester"),
    ("sson", "son"), ("qvist", "kvist"), ("Karlsson", "Carlsson"), ("Eriksson", "Ericsson"),
    ("Gustafsson", "Gustavsson"), ("Pettersson", "Petersson"), ("Sjö", "Schö"), ("Wik", "Vik"),
    ("Zetter", "Setter"), ("Lind", "Lindh"), ("Wall", "Vall"),
)  # fmt: skip
NICKNAMES = {
    "Elisabeth": "Lisa", "Kristoffer": "Kricke", "Katarina": "Kattis", "Mohammed": "Mo",
    "Theodor": "Teo", "Maximilian": "Max", "Gabriel": "Gabbe", "Sebastian": "Sebbe",
    "Josefin": "Jossan", "Alexander": "Alex", "Benjamin": "Benne", "Matilda": "Tilda",
    "William": "Wille", "Isabella": "Bella", "Jonathan": "Jonte", "Filippa": "Pippi",
}  # fmt: skip
SHARES = {
    "as it is": 68, "small letters": 5, "capitals": 2, "blanks": 2, "decomposed": 3, "marks": 2,
    "surname first": 3, "second name": 5, "spelt otherwise": 5, "without rings and dots": 2,
    "slip": 2, "nickname": 1,
}  # fmt: skip
"""Of a hundred names, how they are written."""


@dataclass(frozen=True)
class Made:
    """A child that does not exist."""

    id: int
    first: str
    last: str
    born: date
    serial: int
    group: str

    @property
    def number(self) -> str:
        bare = f"{self.born:%Y%m%d}{self.serial:03}"
        last = next(d for d in range(10) if personnummer.valid(f"{bare}{d}"))
        return f"{self.born:%Y%m%d}-{self.serial:03}{last}"


@dataclass(frozen=True)
class Told:
    """A report of a child: what was typed, and what was done with the name."""

    child: Made
    trouble: str
    name: str
    age: str
    number: str

    @property
    def whole_name(self) -> bool:
        return len(self.name.split()) > 1


def population(chance: random.Random) -> list[Made]:
    """Return the children of a municipality that is not."""
    made: list[Made] = []

    def born() -> date:
        return TODAY - timedelta(days=chance.randrange(30, 17 * 365))

    def add(first: str, last: str, day: date, group: str) -> None:
        serial = 100 + sum(child.born == day for child in made)
        made.append(Made(len(made), first, last, day, serial, group))

    for _ in range(ALONE):
        if chance.random() < 0.02:
            first, last = chance.choice(ARABIC_FIRSTS), chance.choice(ARABIC_LASTS)
        else:
            first, last = chance.choice(FIRSTS), surname(chance)
        add(first, last, born(), "alone")
    for _ in range(TWINS):
        last, day = surname(chance), born()
        for first in two(chance):
            add(first, last, day, "twin")
    for _ in range(SIBLINGS // 2):
        last, day = surname(chance), born()
        older = day - timedelta(days=chance.randrange(330, 1500))
        for first, when in zip(two(chance), (day, older), strict=True):
            add(first, last, when, "sibling")
    for number in range(COMMON):
        first, last = VERY_COMMON[number % len(VERY_COMMON)].split()
        add(first, last, born(), "common name")
    return made


def surname(chance: random.Random) -> str:
    """Return a surname, about as often as it is borne in Sweden (SCB, namnstatistik)."""
    return chance.choice(MANY_BEAR if chance.random() < 0.25 else LASTS)


def two(chance: random.Random) -> list[str]:
    """Return two first names of one family, a third of them with the same first letter."""
    first = chance.choice(FIRSTS)
    alike = [name for name in FIRSTS if name[0] == first[0] and name != first]
    if alike and chance.random() < 0.33:
        return [first, chance.choice(alike)]
    return [first, chance.choice([name for name in FIRSTS if name != first])]


def reports(chance: random.Random, made: list[Made]) -> Iterator[Told]:
    """Yield one to three reports of each child."""
    for child in made:
        for _ in range(chance.choices((1, 2, 3), (40, 50, 10))[0]):
            trouble = chance.choices([*SHARES], [*SHARES.values()])[0]
            name = written(chance, child, trouble)
            if chance.random() < 0.12:
                name = name.split(",")[-1].split()[0]  # only the first name
            age = years(child.born) + chance.choices((0, -1, 1), (84, 8, 8))[0]
            said = chance.choices(("number", "born", "age", ""), (15, 20, 60, 5))[0]
            number = {"number": child.number, "born": f"{child.born:%Y-%m-%d}"}.get(said, "")
            yield Told(child, trouble, name, str(max(age, 0)) if said else "", number)


def written(chance: random.Random, child: Made, trouble: str) -> str:
    """Return a child's name as somebody writes it."""
    first, last = child.first, child.last
    whole = f"{first} {last}"
    ways: Mapping[str, Callable[[], str]] = {
        "as it is": lambda: whole,
        "small letters": whole.lower,
        "capitals": whole.upper,
        "blanks": lambda: f"  {first}   {last.replace('-', ' - ')} ",
        "decomposed": lambda: unicodedata.normalize("NFD", whole),
        "marks": lambda: whole.translate(str.maketrans("éëć", "eec")).replace("e", "é", 1),
        "surname first": lambda: f"{last}, {first}",
        "second name": lambda: f"{first} {chance.choice(MIDDLE)} {last}",
        "spelt otherwise": lambda: spelt(chance, whole),
        "without rings and dots": lambda: whole.translate(str.maketrans("åäöÅÄÖ", "aaoAAO")),
        "slip": lambda: slip(chance, whole),
        "nickname": lambda: f"{NICKNAMES.get(first, first)} {last}",
    }
    return ways[trouble]()


def spelt(chance: random.Random, whole: str) -> str:
    """Return a name with one thing spelt as others spell it."""
    ways = [pair for one, other in SPELT for pair in ((one, other), (other, one))]
    can = [(one, other) for one, other in ways if one in whole and other not in whole]
    return whole.replace(*chance.choice(can), 1) if can else whole


def slip(chance: random.Random, whole: str) -> str:
    """Return a name with two letters in each other's place, or one left out."""
    at = chance.randrange(1, len(whole) - 1)
    if chance.random() < 0.5:
        return whole[:at] + whole[at + 1 :]
    return whole[:at] + whole[at + 1] + whole[at] + whole[at + 2 :]


def years(born: date) -> int:
    return TODAY.year - born.year - ((TODAY.month, TODAY.day) < (born.month, born.day))


def transcript(form: Form, told: Told) -> Mapping[str, Any]:
    """Return what the form itself reads of a report, at the fields that tell of the child."""
    typed = {"name": told.name, "age": told.age, "number": told.number}
    asked = [
        question(field, field.read({field.id: (text,)}, today=TODAY, required=False).answer)
        for _, field in form.fields()
        if field.child and (text := typed[field.child])
    ]
    return {"pages": [{"page": "barnet", "questions": asked}]}
