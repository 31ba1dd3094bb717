"""`python -m app` is the command line."""

import sys

from app.commands.cli import main

sys.exit(main())
