"""What an entry tells that somebody has said yes or no to, and what the yes is to."""

from collections.abc import Iterator, Mapping
from datetime import date

from app.casework.group.born import months_later
from app.casework.group.consent import Consent, Part, Say, Scope
from app.casework.group.told import Told, chosen, data_of, day_in
from app.runner.people import Consents


def said_in(consents: Consents, told: Told, about: str, number: int, on: date) -> Iterator[Consent]:
    """Yield what one entry tells that somebody has said: one for each purpose."""
    word, who = chosen(told, consents.say), chosen(told, consents.who)
    # What cannot be read as a yes is none.
    say = Say(word) if word in set(Say) else Say.REFUSED
    # Nobody has said anything on a day to come. What is taken back holds from when that is written
    # down: no yes before then stands, whatever day was typed.
    said_on = on if say is Say.WITHDRAWN else min(day_in(told, consents.on) or on, on)
    until = day_in(told, consents.until) or months_later(said_on, consents.months)
    for purpose in data_of(told, consents.purpose) or ():
        scope = scope_in(consents, told)
        yield Consent(number, purpose, about, who, say, said_on, until, scope)


def scope_in(consents: Consents, told: Told) -> Scope:
    """Return what a yes is to, as it was said; nothing that was said in another way than now."""
    ticked = (data_of(told, name) for name in consents.data)
    return Scope(
        frozenset(data_of(told, consents.authorities) or ()),
        frozenset(
            Part(option, " ".join(text.split()))
            for data in ticked
            if isinstance(data, Mapping)
            for option, text in data.items()
        ),
    )
