"""Those who report: what each of them writes, and what the staff then read.

`answers` is what is typed or chosen, by the name of the input. What staff read is the same, in
the words of the form; only what the machine words itself stands in `reads`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from app.runner.field import Field


@dataclass(frozen=True)
class Reporter:
    """A person with something to report."""

    form_id: str
    answers: Mapping[str, str | tuple[str, ...]]
    reads: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    language: str = "sv"

    def lines(self, asked: Field) -> tuple[str, ...]:
        """The lines that the staff read under a question."""
        if asked.id in self.reads:
            return self.reads[asked.id]
        answer = self.answers.get(asked.id, ())
        chosen = (answer,) if isinstance(answer, str) else answer
        options = {option.id: option for option in getattr(asked, "options", ())}
        return tuple(
            f"{options[one].label}: {self.answers[f'{asked.id}-{one}-text']}"
            if one in options and options[one].text
            else str(options[one].label)
            if one in options
            else one
            for one in chosen
        )

    def but(self, **answers: str | tuple[str, ...]) -> "Reporter":
        """The same person, with some answers of another kind."""
        return replace(self, answers={**self.answers, **answers})


REKTOR_GROUP = Reporter(
    form_id="stoppmote",
    answers={
        "fara": "nej",
        "vem": "skola",
        "skyddad": "nej",
        "verksamhet": "Åkerskolan",
        "ditt_namn": "Siv Rektorsson",
        "din_roll": "Rektor",
        "telefon": "070-174 06 05",
        "epost": "siv@akerskolan.example",
        "antal": "ungefär 6",
        "alder": ("13", "14"),
        "unga-0-namn": "Bo",
        "unga-0-alder": "13",
        "unga-0-skola": "Åkerskolan",
        "unga-1-namn": "Liv",
        "unga-1-ovrigt": "Brukar vara med Bo.",
        "sarskilt": "En lillebror som dras med.",
        "gor": ("klotter", "annat"),
        "gor-annat-text": "Klättrar på tak",
        "handelse": "I tisdags vid hållplatsen, runt klockan nio. Vaktmästaren såg alla sex.",
        "sedan": "manad",
        "hur_ofta": "flera",
        "kommundel": ("norra", "hamnen"),
        "var-0-plats": "Hållplatsen",
        "var-1-plats": "Gymnasiets tak",
        "aldre": "vet_inte",
        "rekrytering": "nej",
        "orosanmalan": "ja_nagra",
        "polis": "nej",
        "pratat": "ja_unga",
        "gjort": "Samtal med mentor.",
        "onskar": ("stoppmote", "rad"),
        "mote": "ja",
    },
    reads={
        "antal": ("ungefär 6",),
        "unga": (
            "Ungdom 1: Namn: Bo; Ålder: 13; Skola: Åkerskolan",
            "Ungdom 2: Namn: Liv; Annat: Brukar vara med Bo.",
        ),
        "var": ("Plats 1: Plats: Hållplatsen", "Plats 2: Plats: Gymnasiets tak"),
    },
)

REKTOR = Reporter(
    form_id="orosanmalan",
    answers={
        "fara": "nej",
        "roll": "arbete",
        "skyldig": "ja",
        "namn": "Kim Andersson",
        "alder": "8",
        "skyddad": "nej",
        "plats": "Storgatan 1, klass 2B på Åkerskolan",
        "syskon": "ja",
        "syskonen-0-namn": "Alex",
        "syskonen-0-alder": "ungefär 4",
        "vuxna-0-namn": "Jo Andersson, mamma",
        "vuxna-0-telefon": "070-174 06 06",
        "tolk": "ja",
        "sprak": "Somaliska",
        "slag": ("omsorg", "franvaro"),
        "beskriv": "Kim kommer utan mat och kläder för vädret, tre gånger i veckan sedan i höst.",
        "kalla": "Läraren såg det själv.",
        "barnet_vet": "ja",
        "vardnadshavarna_vet": "nej",
        "var_nu": "I skolan",
        "bra": "En trygg mormor.",
        "tidigare": "ja",
        "tidigare-ja-text": "I våras",
        "yrkesroll": "Rektor",
        "arbetsplats": "Åkerskolan",
        "ditt_namn": "Siv Rektorsson",
        "telefon": "070-174 06 05",
        "epost": "siv@akerskolan.example",
        "besked": "ja",
        "besked_hur": "brev",
        "besked_hur-brev-text": "Skolgatan 1",
        "mote": "ja",
    },
    reads={
        "syskonen": ("Barn 1: Namn: Alex; Ålder: ungefär 4",),
        "vuxna": ("Vuxen 1: Namn: Jo Andersson, mamma; Telefon: 070-174 06 06",),
    },
)

ANONYMOUS = Reporter(
    form_id="orosanmalan",
    answers={
        "fara": "vet_inte",
        "roll": "privat",
        "anonym": "ja",
        "relation": "granne",
        "namn-unknown": "yes",
        "alder-unknown": "yes",
        "skyddad": "vet_inte",
        "plats": "Lekplatsen vid Björkvägen, i lördags kväll",
        "syskon": "vet_inte",
        "tolk": "vet_inte",
        "slag": "vald",
        "beskriv": "Jag hör skrik och slag genom väggen, nästan varje kväll den här månaden.",
        "barnet_vet": "vet_inte",
        "vardnadshavarna_vet": "vet_inte",
        "tidigare": "nej",
    },
    reads={
        "namn": ("Vet inte namnet",),
        "alder": ("Vet inte åldern",),
    },
)

NAMED = ANONYMOUS.but(
    anonym="nej",
    relation="annat",
    **{"relation-annat-text": "Vi delar trapphus"},
    ditt_namn="Gun Granne",
    telefon="070-174 06 07",
    ring_mig="ja",
    **{"ring_mig-ja-text": "Efter klockan fem"},
)

NURSE = replace(
    REKTOR.but(
        fara="ja",
        skyddad="ja",
        namn="Kim",
        alder="10",
        personnummer="20160327",
        plats="",
        syskon="nej",
        tolk="nej",
        slag=("vald", "mar_daligt"),
        yrkesroll="Skolsköterska",
        ditt_namn="Sia Syster",
        besked="nej",
    ),
    reads={
        "vuxna": ("Vuxen 1: Namn: Jo Andersson, mamma; Telefon: 070-174 06 06",),
        "plats": (),
    },
)

ENGLISH = replace(
    NAMED,
    language="en",
    reads={
        "namn": ("Name not known",),
        "alder": ("Age not known",),
    },
)

EVERYBODY = {
    "rektor, a group": REKTOR_GROUP,
    "rektor, a child": REKTOR,
    "neighbour, anonymous": ANONYMOUS,
    "neighbour, named": NAMED,
    "school nurse": NURSE,
    "neighbour, in English": ENGLISH,
}

UNKNOWN = ("namn-unknown", "alder-unknown")
KNOWN = {name: text for name, text in ANONYMOUS.answers.items() if name not in UNKNOWN}
ELSA = replace(ANONYMOUS, answers=KNOWN, reads={}).but(namn="Elsa Ekdahl", alder="8")
"""Somebody who knows which child it is."""
