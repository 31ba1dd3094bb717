"""An SFTP server gets whole reports once each, and nobody but the server that is meant."""

import errno
import os
import socket
import time

import asyncssh
import pytest

from app.delivery.connector import Answer, Setup, load
from app.delivery.sealed_file import SWEEP_SECONDS
from app.errors import BadOptions, PermanentFailure, TemporaryFailure
from tests.connectors import Place, envelope, envelopes, sealed
from tests.connectors import sftp as benches


@pytest.fixture
def place(tmp_path, clock):
    folders = [tmp_path / "server", tmp_path / "secrets"]
    for folder in folders:
        folder.mkdir()
    return Place(*folders, None, clock)


@pytest.fixture
def server(place):
    started = benches.bench(place)
    yield started
    started.close()


@pytest.fixture
def built(place, server):
    """Build the connector, with other options than the server's where they are given."""
    made = []

    def build(**others):
        made.append(
            load("sftp").make(
                Setup("prov", None, place.clock, server.options | others, place.secrets)
            )
        )
        return made[-1]

    yield build
    for each in made:
        each.close()


@pytest.fixture
def lay(built):
    """Lay envelopes on the server, and return what was said, or raised, of each."""
    connectors = []

    def deliver(*batch, **others):
        if others or not connectors:
            connectors.append(built(**others))
        said = {}
        try:
            connectors[-1].deliver(batch, said.__setitem__)
        except TemporaryFailure as failure:
            return [said.get(each, failure) for each in batch]
        return [said[each] for each in batch]

    return deliver


def reason(outcome, kind=TemporaryFailure):
    assert type(outcome) is kind, outcome
    return outcome.reason.removeprefix("delivery.reasons.")


def names(server):
    return sorted(file.name for file in server.folder.iterdir())


def test_a_report_becomes_a_sealed_file_and_a_sidecar_under_their_names_last(lay, server):
    report = envelope()
    assert lay(report) == [Answer.CONFIRMED]
    assert names(server) == [f"{report.submission_id}.json", f"{report.submission_id}.jwe"]
    assert server.held()[0].content == report.content
    opened = [path.rpartition("/")[2] for path in server.opened]
    assert [name[:2] == f".{str(report.submission_id)[0]}" for name in opened] == [True, True]
    assert [".jwe." in opened[0], ".json." in opened[1]] == [True, True], "the sidecar comes last"


def test_a_server_with_another_key_gets_nothing_at_all(lay, server):
    other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode()
    assert reason(lay(envelope(), host_key=other)[0]) == "untrusted"
    assert server.gate.calls == 1
    assert server.tried == []
    assert names(server) == []


def test_a_server_with_a_key_of_another_kind_gets_nothing_at_all(lay, server):
    other = asyncssh.generate_private_key("ecdsa-sha2-nistp384").export_public_key().decode()
    assert reason(lay(envelope(), host_key=other)[0]) == "untrusted"
    assert server.tried == []


def test_a_server_may_change_its_key_to_the_one_that_was_told(lay, server):
    other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode()
    current = server.options["host_key"]
    assert lay(envelope(), host_key=other, next_host_key=current) == [Answer.CONFIRMED]


def test_a_server_that_does_not_know_us_is_waited_for(lay, place):
    stranger = asyncssh.generate_private_key("ssh-ed25519").export_private_key().decode()
    place.secret("key", stranger)
    assert reason(lay(envelope())[0]) == "not_permitted"


def test_nothing_of_the_machines_own_ssh_is_used(lay, server, tmp_path, monkeypatch):
    home = tmp_path / "home"
    (home / ".ssh").mkdir(parents=True)
    told = home / "told"
    (home / ".ssh" / "config").write_text(f"Host *\n  User nobody\n  ProxyCommand touch {told}\n")
    (home / ".ssh" / "known_hosts").write_text("127.0.0.1 ssh-ed25519 AAAA\n")
    own = asyncssh.generate_private_key("ssh-ed25519")
    own.write_private_key(str(home / ".ssh" / "id_ed25519"))
    agent = socket.socket(socket.AF_UNIX)
    agent.bind(str(tmp_path / "agent"))
    agent.listen()
    agent.setblocking(False)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("SSH_AUTH_SOCK", str(tmp_path / "agent"))
    with agent:
        assert lay(envelope()) == [Answer.CONFIRMED]
        with pytest.raises(BlockingIOError):
            agent.accept()
    assert server.tried == ["skyddsnat"]
    assert not told.exists()


def test_one_connection_carries_everything_and_is_made_anew_when_it_is_lost(lay, server):
    for _ in range(3):
        assert lay(*envelopes(20)) == [Answer.CONFIRMED] * 20
    assert server.gate.calls == 1
    server.gate.cut()
    time.sleep(0.1)  # as when it was lost while nothing was sent
    assert lay(envelope()) == [Answer.CONFIRMED]
    assert server.gate.calls == 2
    assert len(server.held()) == 61


def test_what_is_there_already_is_not_sent_again(lay, server):
    report = envelope(content=sealed(50_000))
    lay(report)
    opened = len(server.opened)
    assert lay(report) == [Answer.CONFIRMED]
    again = server.opened[opened:]
    assert [path.rpartition("/")[2] for path in again] == [f"{report.submission_id}.json"]


@pytest.mark.parametrize("kind", ["jwe", "json"])
def test_another_content_under_the_same_name_is_left_to_a_person(lay, server, kind):
    report = envelope()
    taken = server.folder / f"{report.submission_id}.{kind}"
    taken.write_bytes(b"another")
    assert reason(lay(report)[0], PermanentFailure) == "taken"
    assert taken.read_bytes() == b"another"


@pytest.mark.parametrize("told", [True, False])
def test_what_a_power_cut_has_torn_is_made_whole(lay, server, told):
    report = envelope()
    if told:
        lay(report)
    (server.folder / f"{report.submission_id}.jwe").write_bytes(report.content[:100])
    assert lay(report) == [Answer.CONFIRMED]
    assert server.held()[0].content == report.content


def test_a_link_on_the_server_is_not_followed(lay, server):
    report, outside = envelope(), server.root / "utanfor"
    outside.write_bytes(report.content)
    (server.folder / f"{report.submission_id}.jwe").symlink_to("../utanfor")
    assert reason(lay(report)[0], PermanentFailure) == "taken"


@pytest.mark.parametrize(
    "trouble",
    [OSError(errno.ENOSPC, "full"), asyncssh.SFTPQuotaExceeded("full")],
    ids=["disk", "quota"],
)
def test_a_full_server_is_waited_out_and_nothing_half_is_left(lay, server, trouble):
    report = envelope()
    server.trouble.append(trouble)
    assert reason(lay(report)[0]) == "full"
    assert names(server) == []
    server.trouble.clear()
    assert lay(report) == [Answer.CONFIRMED]
    assert server.gate.calls == 1


def test_a_folder_that_is_missing_is_waited_for_and_never_made(lay, server):
    assert reason(lay(envelope(), folder="ej-monterad")[0]) == "not_found"
    assert not (server.root / "ej-monterad").exists()


def test_a_server_without_newer_ways_gets_reports_all_the_same(lay, server, monkeypatch):
    monkeypatch.setattr(asyncssh.sftp.SFTPServerHandler, "_extensions", [])
    report = envelope()
    (server.folder / f"{report.submission_id}.jwe").write_bytes(report.content[:10])
    assert lay(report) == [Answer.CONFIRMED]
    assert server.held()[0].content == report.content
    assert len(names(server)) == 2


def test_a_server_that_falls_silent_holds_up_a_batch_no_longer_than_its_limit(lay, server):
    lay(envelope())
    server.silence()
    began = time.monotonic()
    assert {reason(outcome) for outcome in lay(*envelopes(5))} == {"timed_out"}
    assert time.monotonic() - began < 4
    server.come_back()
    assert lay(envelope()) == [Answer.CONFIRMED]


def test_what_a_killed_relay_left_half_written_is_swept_away_and_nothing_else(lay, server):
    old, young, other = ".a.jwe.0badcafe.part", ".b.json.0badcafe.part", "annat.part"
    past = time.time() - SWEEP_SECONDS - 5
    for name in (old, young, other):
        (server.folder / name).touch()
    for name in (old, other):
        os.utime(server.folder / name, (past, past))
    lay(envelope())
    assert old not in names(server)
    assert {young, other} <= set(names(server))


def test_a_server_that_can_not_write_and_is_not_full_is_waited_for(lay, server):
    server.trouble.append(asyncssh.SFTPFailure("something else"))
    assert reason(lay(envelope())[0]) == "unavailable"


@pytest.mark.parametrize(
    ("others", "why"),
    [
        ({"host_key": "skyddsnat"}, "host_key ska vara serverns publika nyckel"),
        ({"mode": 0o646}, "vem som helst"),
        ({"password": "hemligt"}, "password går inte att ställa in"),
        ({"port": 0}, "port"),
    ],
)
def test_options_that_can_not_be_right_are_refused_before_the_relay_starts(built, others, why):
    with pytest.raises(BadOptions) as refused:
        built(**others)
    assert why in refused.value.why


@pytest.mark.parametrize("text", ["ingen nyckel", "locked"])
def test_a_key_that_can_not_be_used_is_refused_before_the_relay_starts(built, place, text):
    if text == "locked":
        key = asyncssh.generate_private_key("ssh-ed25519")
        text = key.export_private_key("pkcs8-pem", passphrase="hemligt").decode()
    place.secret("key", text)
    with pytest.raises(BadOptions, match="ingen privat SSH-nyckel"):
        built()
