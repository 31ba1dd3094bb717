"""`python -m app` is the command line."""

import sys

from app import garbage

garbage.begin_loading()

from app.commands.cli import main  # noqa: E402 - see app.garbage

sys.exit(main())
