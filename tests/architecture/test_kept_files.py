"""What is committed runs anywhere: no address of a package index, no path of somebody's machine."""

import json
import os
import re

import pytest

import tree

# Written so that this file does not itself name what it looks for.
INDEXES = re.compile(r"py(?:pi)\.org|python(?:hosted)|npm(?:js)\.|deb\.(?:debian)|ubuntu(?:\.com)")
MACHINES = re.compile(r"(?<![\w.}/])/(?:work|root|tmp/v|Users)/")
INDEX_OPTIONS = re.compile(
    r"--(?:extra-)?index-url|--find-links|--trusted-host|registry\s*=\s*[^\s(]*//"
)
PYTHON_LOCKS = sorted((tree.ROOT / "requirements").glob("*.lock"))
NPM_LOCKS = [tree.ROOT / name for name in tree.kept() if name.name == "package-lock.json"]


def test_no_file_names_a_package_index_or_a_path_of_one_machine():
    for name, text in tree.texts().items():
        assert not (found := INDEXES.search(text)), f"{name}: {found}"
        assert not (found := MACHINES.search(text)), f"{name}: {found}"


def test_no_file_decides_where_packages_come_from():
    for name, text in tree.texts().items():
        if name.parts[0] not in {"tests", "docs"}:
            assert not (found := INDEX_OPTIONS.search(text)), f"{name}: {found}"


@pytest.mark.parametrize("lock", PYTHON_LOCKS, ids=lambda lock: lock.name)
def test_every_python_package_is_locked_to_a_version_and_its_hashes(lock):
    packages = re.split(r"\n(?=\S)", lock.read_text("utf-8").strip())
    assert packages
    for package in packages:
        first, *hashes = package.split("\\\n")
        assert re.match(r"[a-z0-9-]+(\[[a-z,]+\])?==[^ ]+( ; .+)? $", first), first
        assert hashes, first
        assert all(re.fullmatch(r" +--hash=sha256:[0-9a-f]{64} ?", each) for each in hashes), first
    assert "://" not in lock.read_text("utf-8")


@pytest.mark.parametrize("lock", NPM_LOCKS, ids=lambda lock: lock.parent.name)
def test_every_npm_package_is_locked_to_its_hash_and_to_no_address(lock):
    text = lock.read_text("utf-8")
    assert "://" not in text
    assert "omit-lockfile-registry-resolved=true" in (lock.parent / ".npmrc").read_text("utf-8")
    for name, package in json.loads(text)["packages"].items():
        assert name == "" or package["integrity"].startswith("sha512-"), name


def test_what_runs_on_the_machine_is_locked_the_same_for_the_service_and_its_tests():
    run, test = (
        set(re.findall(r"^[a-z0-9-]+==\S+", lock.read_text("utf-8"), re.MULTILINE))
        for lock in PYTHON_LOCKS
        if lock.stem in {"run", "test"}
    )
    assert run
    assert run <= test


@pytest.mark.parametrize("name", [".ci/run", "skyddsnat"])
def test_what_is_to_be_run_can_be_run(name):
    assert os.access(tree.ROOT / name, os.X_OK)
