"""References short enough to read aloud on the telephone: `K7QF-93MX`.

Only characters that are told apart by eye and by ear: of what people confuse (0/O, 1/I/L, 2/Z, 5/S,
8/B, U/V, å/ä/ö) nothing is used at all, and no vowels, so that no reference happens to be a word. A
reference says nothing about the report, nor about its order or time. Eight of twenty characters are
34 bits: enough that two are seldom alike, and whoever stores one draws again when they are.
"""

from collections.abc import Callable

ALPHABET = "34679CDFGHJKMNPQRTWX"
GROUP, GROUPS = 4, 2
LENGTH = GROUP * GROUPS

# Octets from here up would make some characters likelier than others, and are drawn again.
FAIR = 256 - 256 % len(ALPHABET)


def new(randomness: Callable[[int], bytes]) -> str:
    """Return a fresh reference; `randomness` gives that many octets, as `os.urandom` does."""
    drawn = ""
    while len(drawn) < LENGTH:
        drawn += "".join(
            ALPHABET[octet % len(ALPHABET)] for octet in randomness(LENGTH) if octet < FAIR
        )
    return grouped(drawn[:LENGTH])


def parse(typed: str) -> str | None:
    """Return the reference somebody meant, however cased and spaced; None if it can be none."""
    kept = "".join(character for character in typed.upper() if character.isalnum())
    if len(kept) != LENGTH or not set(kept) <= set(ALPHABET):
        return None
    return grouped(kept)


def grouped(characters: str) -> str:
    return "-".join(characters[at : at + GROUP] for at in range(0, LENGTH, GROUP))
