"""The order of the people in a case: that of a Swedish register of names.

A group of thirty is looked through by name. So å, ä and ö come last, capital letters are as small
ones, and a mark that is not Swedish changes nothing; who has no name comes last, as they were told.
"""

import unicodedata

ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyzåäö"
AS = str.maketrans({"æ": "ä", "ø": "ö", "œ": "ö", "ü": "y", "ð": "d", "þ": "th", "ß": "ss"})
"""What is read as another letter, as Swedish lists have it."""
PLACE = {letter: place for place, letter in enumerate(ALPHABET, start=1)}


def by_name(name: str) -> tuple[bool, list[tuple[int, int]]]:
    """Return what a name is sorted by: its letters, word for word; no name comes after all names.

    A letter of another alphabet comes after ours, by its number in Unicode.
    """
    composed = unicodedata.normalize("NFC", name.strip()).casefold().translate(AS)
    found: list[tuple[int, int]] = []
    for sign in composed:
        # å, ä and ö are letters of their own; é is an e.
        bare = [sign] if sign in PLACE else unicodedata.normalize("NFKD", sign)
        found += (place(each) for each in bare if not unicodedata.combining(each))
    return not found, found


def place(sign: str) -> tuple[int, int]:
    """Return where a sign stands: what parts words first, then ours, then all other letters."""
    if not sign.isalnum():
        return (0, 0)
    return (1, PLACE[sign]) if sign in PLACE else (2, ord(sign))
