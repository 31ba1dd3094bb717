"""Run a command of the service in its own virtual environment: `start.py serve`, `start.py --help`.

This is what `make run` and `./skyddsnat` call. It works from any directory, from a checkout that
cannot be written (everything written then goes to the data directory), and hands over to the
service itself, so that signals and exit codes are the service's own.
"""

import os
import sys

if sys.version_info < (3, 11):  # noqa: UP036 - said in words, not as a syntax error
    sys.exit("Skyddsnät behöver Python 3.11 eller senare.")

import environment


def main(arguments: list[str]) -> None:
    try:
        python = environment.ensure("venv", lock="run", size="en gång, ungefär 25 MB")
    except environment.NotPossible as why:
        sys.exit(str(why))
    own = os.environ | {"PYTHONPATH": str(environment.ROOT)}
    if not os.access(environment.ROOT, os.W_OK):
        # Otherwise every start would compile all the code again.
        own["PYTHONPYCACHEPREFIX"] = str(python.parent.parent / "compiled")
    os.execve(python, [str(python), "-m", "app", *arguments], own)  # noqa: S606 - it is ourselves


if __name__ == "__main__":
    main(sys.argv[1:])
