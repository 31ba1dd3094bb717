"""The example municipality as one that keeps the akt itself (`record = "here"`; 16 kap. SoL)."""

import re

DAYS = re.compile(r"(?<=^\[retention_days\]\n)(?:\w+ = \d+\n)+", re.MULTILINE)


def municipality(example: str, code: str = "0000") -> str:
    """Return the file of one where the akt is kept here, and no form has days."""
    text = without_days(recording(example))
    return text.replace('code = "0000"', f'code = "{code}"')


def recording(example: str) -> str:
    """Return the file where the akt is kept here and forms have days still: it is refused."""
    text = example.replace('record = "external"', 'record = "here"')
    assert text != example
    return text


def without_days(text: str) -> str:
    """Return the file where no form has a number of days."""
    changed, times = DAYS.subn(lambda found: re.sub(r"\d+", '"keep"', found[0]), text)
    assert times == 1
    return changed
