"""When rubbish is looked for: not while a part loads, and then only among what is new.

What is loaded stays, and nothing of it is ever rubbish. To look through it all the same, as Python
would after every 700 objects, took a seventh of a start.
"""

import gc

LOADED = 250_000
"""Objects: more than any part of the service has when it has loaded."""
NEW = 20_000
"""New objects before rubbish is looked for; Python's own limit is passed by every request, and
nearly nothing of a request is in a ring: it is gone without being looked for."""


def begin_loading() -> None:
    """Look for nothing until more has been made than is loaded at a start."""
    gc.set_threshold(LOADED)


def end_loading() -> None:
    """Let what there is now be left alone for ever, and look among what is new."""
    gc.freeze()
    gc.set_threshold(NEW)
