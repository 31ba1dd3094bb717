"""What speaks with a sign-in is loaded in the staff process alone, and only where one is set."""

import subprocess
import sys

import pytest

from app.settings import CHECKOUT

SAY = "import sys, {}; print([name for name in ('authlib', 'httpx2') if name in sys.modules])"


@pytest.mark.parametrize(
    "module", ["app.web.staff.app", "app.web.citizen.app", "app.web.api.app", "app.delivery.relay"]
)
def test_it_is_not_loaded_before_it_is_needed(module):
    done = subprocess.run(
        [sys.executable, "-c", SAY.format(module)],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"
