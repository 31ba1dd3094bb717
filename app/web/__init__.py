"""HTTP in, HTML out.

FastAPI asks of whatever a handler takes whether it is of Pydantic 1, and loads all of that to know:
20 ms and 2 MB of every part. Nothing here is, so it is told that there is none.
"""

import sys

sys.modules.setdefault("pydantic.v1", None)  # type: ignore[arg-type] # so an import of it fails
