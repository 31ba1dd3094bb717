"""A folder gets whole reports and nothing else, whatever the disk and whoever writes beside us."""

import json
import os
import resource
import stat
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.delivery.connector import Answer, Setup, load
from app.delivery.sealed_file import SWEEP_SECONDS
from app.errors import BadOptions, PermanentFailure, TemporaryFailure
from tests.connectors import envelope, envelopes, sealed
from tests.connectors.folder import read


@pytest.fixture
def place(tmp_path):
    folder = tmp_path / "utlamning"
    folder.mkdir()
    return folder


@pytest.fixture
def built(clock):
    """Build the connector with these options, and close it afterwards."""
    made = []

    def build(**options):
        made.append(load("folder").make(Setup("mapp", None, clock, options)))
        return made[-1]

    yield build
    for each in made:
        each.close()


@pytest.fixture
def lay(built, place):
    """Lay envelopes in the folder, and return what was said of each."""
    connector = built(folder=str(place))

    def deliver(*batch):
        said = {}
        connector.deliver(batch, said.__setitem__)
        return [said[each] for each in batch]

    return deliver


def names(folder):
    return sorted(file.name for file in folder.iterdir())


def reason(outcome, kind=TemporaryFailure):
    assert type(outcome) is kind, outcome
    return outcome.reason.removeprefix("delivery.reasons.")


def test_a_report_becomes_a_sealed_file_and_a_sidecar_that_tells_what_it_is(lay, place):
    report = envelope()
    assert lay(report) == [Answer.CONFIRMED]
    assert names(place) == [f"{report.submission_id}.json", f"{report.submission_id}.jwe"]
    about = json.loads((place / f"{report.submission_id}.json").read_text("utf-8"))
    assert read(about, place).content == report.content
    assert about["subject"] == report.reference
    assert "data" not in about


def test_the_files_have_the_mode_that_is_set_whatever_the_umask(built, place):
    before = os.umask(0o077)
    try:
        built(folder=str(place), mode=0o644).deliver([envelope()], lambda *_: None)
    finally:
        os.umask(before)
    assert {stat.S_IMODE(file.stat().st_mode) for file in place.iterdir()} == {0o644}


def test_a_reader_who_waits_for_the_sidecar_never_sees_half_a_report(lay, place):
    torn, stop = [], threading.Event()

    def watch():
        while not stop.is_set():
            for sidecar in place.glob("*.json"):
                try:
                    read(json.loads(sidecar.read_text("utf-8")), place)
                except (AssertionError, ValueError, OSError) as half:
                    torn.append(half)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        for _ in range(8):
            lay(*envelopes(4, lambda: envelope(content=sealed(300_000))))
    finally:
        stop.set()
        watcher.join()
    assert torn == []
    assert len(names(place)) == 64


def test_each_file_is_on_disk_before_it_has_its_name_and_the_report_before_its_sidecar(
    lay, place, monkeypatch
):
    """What a power cut may take can not be seen here; the order of what is asked for can."""
    done, fsync, rename = [], os.fsync, os.rename

    def watched_fsync(handle):
        path = str(Path(f"/proc/self/fd/{handle}").readlink())
        done.append("folder" if path == str(place) else path.rsplit(".", 3)[1])
        fsync(handle)

    def watched_rename(old, new, **where):
        done.append(f"name {new.rpartition('.')[2]}")
        rename(old, new, **where)

    monkeypatch.setattr(os, "fsync", watched_fsync)
    monkeypatch.setattr(os, "rename", watched_rename)
    lay(envelope())
    assert done == ["jwe", "name jwe", "folder", "json", "name json", "folder"]


def test_what_is_there_already_is_left_as_it_is(lay, place):
    report = envelope()
    lay(report)
    before = {file.name: (file.stat().st_ino, file.stat().st_mtime_ns) for file in place.iterdir()}
    assert lay(report) == [Answer.CONFIRMED]
    assert before == {
        file.name: (file.stat().st_ino, file.stat().st_mtime_ns) for file in place.iterdir()
    }


@pytest.mark.parametrize("kind", ["jwe", "json"])
def test_another_content_under_the_same_name_is_left_to_a_person(lay, place, kind):
    report = envelope()
    taken = place / f"{report.submission_id}.{kind}"
    taken.write_bytes(b'{"id": "another"}')
    assert reason(lay(report)[0], PermanentFailure) == "taken"
    assert taken.read_bytes() == b'{"id": "another"}'


def test_a_sidecar_of_an_older_version_is_as_good_as_a_new_one(lay, place):
    report = envelope()
    lay(report)
    sidecar = place / f"{report.submission_id}.json"
    about = json.loads(sidecar.read_text("utf-8"))
    older = json.dumps({key: about[key] for key in ("id", "file", "size", "sha256")})
    sidecar.write_text(older, "utf-8")
    assert lay(report) == [Answer.CONFIRMED]
    assert sidecar.read_text("utf-8") == older


@pytest.mark.parametrize("left", [0, 100])
def test_what_a_power_cut_has_torn_is_made_whole(lay, place, left):
    report = envelope()
    (place / f"{report.submission_id}.jwe").write_bytes(report.content[:left])
    (place / f"{report.submission_id}.json").write_bytes(b"{"[:left])
    assert lay(report) == [Answer.CONFIRMED]
    about = json.loads((place / f"{report.submission_id}.json").read_text("utf-8"))
    assert read(about, place).content == report.content


@pytest.mark.parametrize("kind", ["jwe", "json"])
def test_a_link_is_not_followed_out_of_the_folder(lay, place, tmp_path, kind):
    report = envelope()
    outside = tmp_path / "utanfor"
    outside.write_bytes(report.content)
    (place / f"{report.submission_id}.{kind}").symlink_to(outside)
    assert reason(lay(report)[0], PermanentFailure) == "taken"
    assert outside.read_bytes() == report.content


@pytest.mark.timeout(10)
def test_a_pipe_under_our_name_holds_up_nobody(lay, place):
    report = envelope()
    os.mkfifo(place / f"{report.submission_id}.jwe")
    assert reason(lay(report)[0], PermanentFailure) == "taken"


def test_a_full_disk_is_waited_out_and_nothing_half_is_left(lay, place):
    small, large = envelope(content=sealed(100)), envelope(content=sealed(60_000))
    with no_file_larger_than(20_000):
        outcomes = lay(small, large)
    assert outcomes[0] is Answer.CONFIRMED
    assert reason(outcomes[1]) == "full"
    assert len(names(place)) == 2
    assert lay(large) == [Answer.CONFIRMED]


def test_a_folder_that_is_missing_is_waited_for_and_never_made(built, tmp_path):
    connector, said = built(folder=str(tmp_path / "ej-monterad")), []
    connector.deliver([envelope()], lambda _, outcome: said.append(outcome))
    assert reason(said[0]) == "not_found"
    assert not (tmp_path / "ej-monterad").exists()


def test_a_folder_that_can_not_be_written_in_is_waited_for(built):
    said = []
    # A file system in which nobody, not even root, can make a file.
    built(folder="/sys/kernel").deliver([envelope()], lambda _, outcome: said.append(outcome))
    assert reason(said[0]) == "not_permitted"


def test_what_a_killed_relay_left_half_written_is_swept_away_and_nothing_else(built, place):
    old, young = f".{envelope().submission_id}.jwe.0badcafe.part", ".x.json.0badcafe.part"
    others = [".annat", "annat.part", ".rapport.part"]
    for name in (old, young, *others):
        (place / name).touch()
    past = time.time() - SWEEP_SECONDS - 5
    for name in (old, *others):
        os.utime(place / name, (past, past))
    built(folder=str(place)).deliver([], lambda *_: None)
    assert set(names(place)) == {old, young, *others}, "an empty batch looks at nothing"
    built(folder=str(place)).deliver([envelope()], lambda *_: None)
    assert set(names(place)) >= {young, *others}
    assert old not in names(place)


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({}, "folder saknas"),
        ({"folder": "utlamning"}, "hel sökväg"),
        ({"folder": "/x", "mode": 0o666}, "vem som helst"),
        ({"folder": "/x", "mode": "640"}, "mode ska vara ett heltal"),
        ({"folder": "/x", "mapp": "/y"}, "mapp går inte att ställa in"),
    ],
)
def test_options_that_can_not_be_right_are_refused_before_the_relay_starts(built, options, why):
    with pytest.raises(BadOptions) as refused:
        built(**options)
    assert why in refused.value.why


@contextmanager
def no_file_larger_than(octets):
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (octets, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
