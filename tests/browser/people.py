"""The four reporters whom the service is for, and what each of them has to say.

Answers are by field id; what has no answer is passed by. The words are marked, so that a test can
look for them where they must not be.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.browser.visitor import UNKNOWN


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with something to report, and the unit that shall read it."""

    form_id: str
    unit: str
    answers: Mapping[str, Any]
    said: tuple[str, ...] = field(default=())
    """Words that must come through, and be seen nowhere else."""
    urgent: bool = False


NEIGHBOUR = {
    "fara": "vet_inte",
    "roll": "privat",
    "relation": "granne",
    "namn": UNKNOWN,
    "alder": "ungefär 7",
    "plats": "Trappuppgång 4B, märke-plats, sist sedd i går kväll",
    "syskon": "ja",
    "syskonen": [{"namn": "Alva Märkesson", "alder": "ca 4"}, {"namn": "Bo Märkesson"}],
    "tolk": "ja",
    "sprak": "somaliska",
    "slag": ["omsorg", "mar_daligt"],
    "beskriv": "Barnet står ofta ensamt i trappan på kvällen. Märke-beskriv, tre gånger i veckan.",
    "kalla": "Jag har själv sett det. Märke-kalla.",
    "vardnadshavarna_vet": "nej",
    "bra": "Läraren verkar trygg.",
    "tidigare": {"ja": "i våras"},
}

NEIGHBOUR_ANONYMOUS = Person(
    "orosanmalan",
    "barn-och-unga",
    {**NEIGHBOUR, "anonym": "ja"},
    ("märke-plats", "Alva Märkesson", "Märke-beskriv", "i våras", "ungefär 7"),
)
NEIGHBOUR_NAMED = Person(
    "orosanmalan",
    "barn-och-unga",
    {
        **NEIGHBOUR,
        "anonym": "nej",
        "namn": "Kim Märkenamn",
        "ditt_namn": "Gun Märkesgranne",
        "telefon": "070-174 06 21",
        "ring_mig": {"ja": "efter klockan fem"},
    },
    ("Kim Märkenamn", "Gun Märkesgranne", "174 06 21", "efter klockan fem"),
)
SCHOOL_NURSE = Person(
    "orosanmalan",
    "barn-och-unga",
    {
        "fara": "ja",
        "roll": "arbete",
        "skyldig": "ja",
        "namn": "Lo Märkesbarn",
        "personnummer": "2016-03-27",
        "alder": "10",
        "skyddad": "nej",
        "plats": "Åkerskolan, klass 4B",
        "vuxna": [{"namn": "Mia Märkesmor", "telefon": "08-465 004 21"}],
        "tolk": "nej",
        "slag": {"vald": "", "annat": "märke-annat"},
        "beskriv": "Vid samtalet berättade barnet om slag. Märke-nurse, två blåmärken på armen.",
        "risk": "Att det händer igen i helgen.",
        "barnet_vet": "ja",
        "var_nu": "I skolan till klockan 14",
        "yrkesroll": "Skolsköterska",
        "arbetsplats": "Åkerskolan, elevhälsan",
        "ditt_namn": "Siv Märkessköterska",
        "telefon": "08-465 004 22",
        "epost": "siv@exempel.example",
        "besked": "ja",
        "besked_hur": {"brev": "Åkerskolan, Skolvägen 1"},
    },
    ("Lo Märkesbarn", "Märke-nurse", "märke-annat", "Siv Märkessköterska", "Skolvägen 1"),
    urgent=True,
)
HEADMASTER = Person(
    "stoppmote",
    "sspf",
    {
        "fara": "nej",
        "vem": "skola",
        "skyddad": "nej",
        "verksamhet": "Åkerskolan",
        "ditt_namn": "Rut Märkesrektor",
        "din_roll": "Rektor",
        "telefon": "08-465 004 23",
        "antal": "ungefär 6",
        "alder": ["13", "14", "vuxen"],
        "unga": [
            {"namn": "Max Märkesung", "alder": "14", "skola": "Åkerskolan"},
            {"namn": "Tove", "ovrigt": "Lång, röd jacka, märke-jacka"},
            {"personnummer": "2012-05-06"},
        ],
        "gor": {"klotter": "", "stor": "", "annat": "märke-gör"},
        "handelse": "Gruppen samlas på fredagar vid bussen och hotar yngre elever. Märke-händelse.",
        "sedan": "manad",
        "hur_ofta": "varje_vecka",
        "var": [{"plats": "Hållplatsen märke-plats"}, {"plats": "Skolgården"}],
        "aldre": "vet_inte",
        "orosanmalan": "nej",
        "polis": "nej",
        "pratat": "ja_unga",
        "gjort": "Samtal med tre föräldrar.",
        "onskar": ["stoppmote", "rad"],
        "mote": "ja",
    },
    ("Max Märkesung", "märke-jacka", "märke-gör", "Märke-händelse", "Rut Märkesrektor"),
)

EVERYBODY = {
    "rektor": HEADMASTER,
    "neighbour, anonymous": NEIGHBOUR_ANONYMOUS,
    "neighbour, by name": NEIGHBOUR_NAMED,
    "school nurse": SCHOOL_NURSE,
}
