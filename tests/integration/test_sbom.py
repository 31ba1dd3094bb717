"""What is inside is told as others can read it: all of the lock, and nothing of the machine."""

import json
import re
import sys
from pathlib import Path

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from app.settings import CHECKOUT

sys.path.insert(0, str(CHECKOUT / "tools"))

import sbom  # - a program, found beside the others


def test_the_list_has_every_locked_package_with_its_hashes_and_no_address_of_an_index():
    whole = sbom.listed(Path(sys.executable))
    lock = (CHECKOUT / "requirements" / "run.lock").read_text("utf-8")
    locked = dict(re.findall(r"^([\w.-]+)==([\w.]+)", lock, re.MULTILINE))
    assert {each["name"]: each["version"] for each in whole["components"]} == locked
    assert {sign["content"] for each in whole["components"] for sign in each["hashes"]} == set(
        re.findall(r"--hash=sha256:(\w+)", lock)
    )
    assert "simple" not in json.dumps(whole["components"])
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(json.dumps(whole)) is None
