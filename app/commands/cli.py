"""The command line: what an operator asks for, done, or a sentence that says why it cannot be.

Ends with 0 when it was done, 1 when it could not be done, 2 when it was not understood. A command
imports only what it needs, so that the service starts fast and no process holds more than its own.
"""

import sys
from collections.abc import Sequence

from app import logs
from app.commands import grammar, operate, supervisor
from app.settings import SettingRefused, Settings


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the arguments say and return the exit code."""
    asked = grammar.parser().parse_args(arguments)
    supervisor.settle()
    logs.configure(asked.process)
    try:
        settings = Settings.read()
        logs.limit(settings.log_level)
        asked.run(settings, asked)
    except KeyboardInterrupt:
        return 130
    except (SettingRefused, operate.Refused) as why:
        return _say(str(why))
    except Exception as error:  # noqa: BLE001 - a trace on the screen may repeat what people wrote
        from app.commands.explain import explain

        sentence = explain(error)
        if sentence is None:
            logs.failure("command_failed", error)
            sentence = "Det gick inte, och felet är programmets. Raden ovan säger var."
        return _say(sentence)
    return 0


def _say(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 1
