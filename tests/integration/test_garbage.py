"""Rubbish is looked for among what is new, and not at a start."""

import subprocess
import sys

import pytest

from app import garbage
from app.commands import keys
from app.runner import content
from app.settings import Settings
from tests import service


@pytest.mark.parametrize("audience", ["citizen", "staff", "api"])
def test_no_part_stops_to_look_for_rubbish_while_it_loads(tmp_path, audience):
    environment = service.environment(
        data=tmp_path, citizen="http://127.0.0.1:8000", staff="http://127.0.0.1:8001"
    )
    settings = Settings.read(environment)
    private = settings.private_keys_directory
    units = content.municipality(settings.forms, settings.municipality).units
    keys.make_missing(units, private=private, public=settings.public_keys)
    code = (
        "import gc; from app import garbage; garbage.begin_loading(); before = gc.get_stats();"
        "from app import main; from app.commands import cli; from app.web.http import server;"
        "from app.settings import Settings;"
        f"main.{audience}(Settings.read());"
        "made, frozen = gc.get_count()[0], (garbage.end_loading(), gc.get_freeze_count())[1];"
        "print(gc.get_stats() == before, made, frozen)"
    )
    environment["SKYDDSNAT_PRIVATE_KEYS"] = str(private)
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    none_looked_for, made, frozen = done.stdout.split()
    assert none_looked_for == "True"
    assert int(made) < garbage.LOADED * 0.95  # a municipality's own forms may be more
    assert int(frozen) > 50_000
