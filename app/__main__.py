"""`python -m app` is the command line."""

import gc
import sys

# What is loaded stays: to look through it for rubbish after every 700 objects, as Python would,
# takes a twelfth of the start.
gc.set_threshold(50_000)

from app.commands.cli import main  # noqa: E402 - see above

sys.exit(main())
