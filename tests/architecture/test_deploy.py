"""What is shipped for running it for real names what exists, and lets through no more than it must.

There is no Docker engine here. So the files are read as an engine would read them, and held to what
matters; tests/integration/test_compose.py starts the same commands as processes.
"""

import contextlib
import io
import os
import re
import shlex
import shutil
import subprocess
from html.parser import HTMLParser

import pytest
import yaml

import tree
from app import settings
from app.commands import grammar
from app.storage import roles
from app.web.http import guarded, head, posted

COMPOSE = yaml.safe_load((tree.ROOT / "compose.yaml").read_text("utf-8"))
SERVICES = COMPOSE["services"]
OURS = {name: one for name, one in SERVICES.items() if one["image"] == "skyddsnat"}
DOCKERFILE = (tree.ROOT / "Dockerfile").read_text("utf-8")
UNITS = {
    file.name: file.read_text("utf-8")
    for file in sorted((tree.ROOT / "deploy" / "systemd").iterdir())
    if file.suffix in {".service", ".target", ".timer"}
}
HARDENED = tree.ROOT / "deploy" / "systemd" / "skyddsnat-.service.d" / "hardened.conf"
SETTINGS = set(
    re.findall(
        r"\b(?:SKYDDSNAT_[A-Z_]+[A-Z]|DATABASE_URL)\b",
        (tree.ROOT / "app" / "settings.py").read_text("utf-8"),
    )
) | {f"SKYDDSNAT_{site}_ORIGIN" for site in ("CITIZEN", "STAFF", "API")}
OTHERS_OWN = {"PGPASSFILE", "PATH", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED"}


def is_understood(words):
    unheard = contextlib.redirect_stdout(io.StringIO())
    with pytest.raises(SystemExit) as ended, unheard, contextlib.redirect_stderr(io.StringIO()):
        grammar.parser().parse_args([*words, "--help"])
    return ended.value.code == 0


def instructions():
    """The Dockerfile's instructions, each on one line."""
    joined = re.sub(r"\\\n\s*", " ", re.sub(r"^#.*\n", "", DOCKERFILE, flags=re.MULTILINE))
    return [line.split(maxsplit=1) for line in joined.splitlines() if line]


# The image


def test_every_image_is_named_with_a_version():
    base = dict(words.split("=") for what, words in instructions() if what == "ARG")
    stages = [words.split()[0] for what, words in instructions() if what == "FROM"]
    assert set(stages) == {"${PYTHON}"}, "one base, that a digest can be given for"
    named = [base["PYTHON"]] + [
        one["image"] for one in SERVICES.values() if one["image"] != "skyddsnat"
    ]
    for image in named:
        assert re.fullmatch(r"[a-z/-]+:\d[\w.-]*", image), image


def test_the_image_runs_as_nobody_special_and_installs_only_what_is_locked():
    users = [words for what, words in instructions() if what == "USER"]
    assert users == ["10001:10001"]
    for what, words in instructions():
        assert what != "ADD"
        if "pip" in words and "install" in words:
            assert {"--require-hashes", "--no-deps", "--no-cache-dir"} <= set(words.split())
        assert not re.search(r"\b(sudo|curl|wget|apt-get upgrade|chmod 777)\b", words)
        assert not re.search(r"(PASSWORD|SECRET|TOKEN)=", words)
    last = [what for what, _ in instructions()]
    assert last[-3:] == ["HEALTHCHECK", "ENTRYPOINT", "CMD"]
    for what, words in instructions()[-2:]:
        assert words.startswith("["), f"{what}: a shell in between does not pass on signals"


def test_everything_that_is_copied_into_the_image_is_there_and_let_in():
    let_in = (tree.ROOT / ".dockerignore").read_text("utf-8").splitlines()
    assert let_in[0] == "*"
    sources = [
        source
        for what, words in instructions()
        if what == "COPY" and "--from" not in words
        for source in words.split()[:-1]
    ]
    for source in sources:
        assert (tree.ROOT / source).exists(), source
        assert f"!{source}" in let_in, source
    assert {line[1:] for line in let_in if line.startswith("!")} == set(sources)


def test_the_image_has_every_folder_that_the_program_reads():
    code = "\n".join(path.read_text("utf-8") for path in (tree.ROOT / "app").rglob("*.py"))
    read = set(re.findall(r'(?:CHECKOUT|parents\[2\]) / "([a-z]+)"', code)) - {"data"}
    assert {"forms", "static", "templates", "migrations"} <= read
    assert all(f"COPY {folder} {folder}" in DOCKERFILE for folder in read)


ALIVE = {
    "python -m app serve": "8000",
    "python -m app serve citizen": "8000",
    "python -m app serve staff": "8001",
    "python -m app relay": None,
    "/sbin/docker-init -- python -m app serve staff": "8001",
    "sh -c while": None,
}


@pytest.mark.parametrize(("command", "port"), ALIVE.items())
def test_the_health_check_asks_the_part_that_the_container_runs(command, port):
    alive = runpy(tree.ROOT / "deploy" / "alive.py")
    environment = {"SKYDDSNAT_CITIZEN": "0.0.0.0:8000", "SKYDDSNAT_STAFF": "0.0.0.0:8001"}
    asked = alive["where"](command.split(), environment)
    assert asked == (port and f"http://127.0.0.1:{port}/halsa/levande")
    if port:
        assert not alive["alive"]("http://127.0.0.1:1/halsa/levande")


def runpy(path):
    found = {"__name__": "alive"}
    exec(compile(path.read_text("utf-8"), path, "exec"), found)  # noqa: S102 - a program of ours
    return found


# Compose


def test_there_are_the_parts_that_there_shall_be_and_as_many():
    assert {"proxy", "citizen", "staff", "relay", "retain", "prepare", "postgres", "rabbitmq"} <= {
        *SERVICES
    }
    assert SERVICES["citizen"]["deploy"]["replicas"] == 2
    assert SERVICES["relay"]["deploy"]["replicas"] == 2


@pytest.mark.parametrize("name", SERVICES)
def test_every_container_is_closed_as_far_as_it_goes(name):
    one = SERVICES[name]
    assert one["read_only"] is True
    assert one["cap_drop"] == ["ALL"]
    assert one["security_opt"] == ["no-new-privileges:true"]
    assert not {"privileged", "cap_add", "network_mode", "pid", "ipc", "devices"} & one.keys()
    if name != "proxy":  # whose image says so itself
        assert not one["user"].startswith("0")
        assert "ports" not in one, "only the proxy is reached from outside"
    assert set(one["networks"]) <= COMPOSE["networks"].keys()
    for volume in one.get("volumes", ()):
        source = volume.partition(":")[0]
        there = source in COMPOSE["volumes"] or source.startswith("./deploy/")
        assert there, volume
        assert not source.startswith("./") or volume.endswith(":ro")
        assert "docker.sock" not in volume
    for secret in one.get("secrets", ()):
        named = secret if isinstance(secret, str) else secret["source"]
        assert named in COMPOSE["secrets"]
    for needed in one.get("depends_on", ()):
        assert needed in SERVICES


@pytest.mark.parametrize("name", OURS)
def test_every_command_and_every_setting_of_a_part_exists(name):
    one = OURS[name]
    words = one.get("command") or shlex.split(one["entrypoint"][-1].replace(";", " ; "))
    if "command" not in one:
        start = words.index("app") + 1
        words = words[start : words.index(";", start)]
    assert is_understood(words), words
    assert set(one["environment"]) <= SETTINGS | OTHERS_OWN
    assert "PASSWORD" not in str(one["environment"]).upper()


def reached(name):
    """Whom a container can speak to: who is on one of its networks."""
    mine = set(SERVICES[name]["networks"])
    return {other for other, one in SERVICES.items() if mine & set(one["networks"])} - {name}


def test_each_part_reaches_what_it_needs_and_nothing_more():
    assert "rabbitmq" not in reached("citizen") | reached("staff") | reached("proxy")
    assert {"postgres", "rabbitmq"} <= reached("relay")
    assert "postgres" not in reached("proxy")
    ways_out = {name for name, net in COMPOSE["networks"].items() if not net.get("internal")}
    out = {name for name, one in SERVICES.items() if ways_out & set(one["networks"])}
    assert out == {"proxy", "relay"}
    assert SERVICES["relay"]["networks"].count("edge") == 0


def test_keys_and_passwords_are_where_they_are_used_and_nowhere_else():
    for name, one in OURS.items():
        mounted = str(one.get("volumes", ()))
        assert ("private-keys" in mounted) == (name in {"staff", "prepare"}), name
        assert ("destinations" in mounted) == (name == "relay"), name
        assert ("audit-keys" in mounted) == (name in {"relay", "prepare"}), name
        assert ("audit-keys:/keys/audit:ro" in mounted) == (name == "relay"), name
        written = "public-keys:/keys/public" in mounted and "public:ro" not in mounted
        assert written == (name == "prepare"), name
        (secret,) = one["secrets"]
        role = re.match(r"postgresql://(\w+)@", one["environment"]["DATABASE_URL"])[1]
        part = secret["source"].removeprefix("pgpass-")
        assert role == ("skyddsnat" if part == "owner" else roles.name(part))
        assert part == ("owner" if name in {"prepare", "roles"} else name)


def test_the_passwords_are_made_once_for_every_role_and_for_their_owner_only(tmp_path):
    shutil.copy(tree.ROOT / "deploy" / "secrets.sh", tmp_path)
    made = {}
    for _ in range(2):
        subprocess.run(["sh", tmp_path / "secrets.sh"], check=True)  # noqa: S607
        files = [file for file in (tmp_path / "secrets").rglob("*") if file.is_file()]
        now = {file.name: file.read_text() for file in files}
        assert not made or made == now, "the second time nothing is made anew"
        made = now
        assert not any(file.stat().st_mode & 0o077 for file in files)
    named = {name for name in COMPOSE["secrets"] if not name.startswith("tls")}
    assert named <= made.keys()
    assert {line.split(":")[3] for line in made["pgpass-all"].splitlines()} == {
        roles.name(part) for part in roles.PRIVILEGES
    }
    passwords = {text.strip().rpartition(":")[2] for text in made.values() if ":" in text}
    assert all(len(password) == 48 for password in passwords)
    assert "/deploy/secrets/" in (tree.ROOT / ".gitignore").read_text("utf-8")


# The proxy


DEPLOY = tree.ROOT / "deploy"
PLACES = [DEPLOY / "places.conf", DEPLOY / "systemd" / "places.conf"]


def directives(name, *files):
    read = "\n".join(file.read_text("utf-8") for file in files or [DEPLOY / "nginx.conf"])
    return re.findall(rf"(?:^|[\s{{;]){name}\s+([^;]+);", re.sub(r"#.*", "", read))


def octets(size):
    return int(size[:-1]) * {"k": 1024, "m": 1024**2}[size[-1]]


def test_the_proxy_keeps_nothing_of_what_it_sees():
    assert directives("access_log") == ["off"]
    assert directives("error_log") == ["/dev/null emerg"]
    assert directives("proxy_max_temp_file_size") == ["0"]
    assert directives("proxy_cache") == ["off"]
    assert all(path.startswith("/dev/shm/") for path in directives(r"\w+_temp_path"))  # noqa: S108
    empty = {name.split()[0] for name in directives("proxy_set_header") if name.endswith('""')}
    assert {"X-Forwarded-For", "X-Real-IP", "Forwarded"} <= empty
    (limit,) = map(octets, directives("client_max_body_size"))
    assert limit >= posted.LARGEST_BODY


def test_who_is_slow_holds_a_place_of_the_proxys_and_none_of_ours():
    assert directives("proxy_request_buffering") == ["on"]
    assert directives("include") == ["places.conf"]
    for places in PLACES:
        servers = [each for each in directives("server", places) if not each.startswith("{")]
        assert len(servers) >= 2
        assert all(server.endswith(" max_fails=0") for server in servers)
        kept = [int(each.removesuffix("s")) for each in directives("keepalive_timeout", places)]
        # Else a form could be sent on a connection at the moment we end it.
        assert len(kept) == 2
        assert all(each < guarded.HEADERS_WITHIN for each in kept)


def test_the_proxy_counts_nobodys_address():
    for file in [DEPLOY / "nginx.conf", *PLACES]:
        assert not re.search(r"limit_(conn|req)|remote_addr", file.read_text("utf-8"))


def test_the_proxy_and_the_doors_have_the_same_limits():
    (buffers,) = directives("large_client_header_buffers")
    many, each = buffers.split()
    assert octets(each) == head.LONGEST_LINE
    assert int(many) * octets(each) == head.LONGEST_HEADERS


def test_the_proxy_sends_to_services_that_there_are_and_leads_no_browser_elsewhere():
    text = PLACES[0].read_text("utf-8")
    upstreams = dict(re.findall(r"server (\w+):(\d+)", text))
    assert upstreams == {"citizen": "8000", "staff": "8001"}
    for secret in re.findall(r"/run/secrets/([\w.]+)", text):
        assert secret in SERVICES["proxy"]["secrets"]
    assert directives("ssl_protocols") == ["TLSv1.2 TLSv1.3"]
    mounted = {volume.split(":")[0] for volume in SERVICES["proxy"]["volumes"]}
    shown = {f"./deploy{page}" for page in re.findall(r"location = (/\S+)", text)}
    assert mounted == shown | {"./deploy/nginx.conf", "./deploy/places.conf"}
    assert f"listen {SERVICES['proxy']['ports'][0].rpartition(':')[2]} " in text


def test_the_proxy_beside_the_units_sends_to_the_ports_that_they_have():
    text = PLACES[1].read_text("utf-8")
    citizens = re.findall(r"skyddsnat-citizen@(\d+)", UNITS["skyddsnat.target"])
    assert re.findall(r"server 127\.0\.0\.1:(\d+)", text) == [*citizens, "8001"]
    assert settings.Settings.read({}).staff.port == 8001
    for page in re.findall(r"location = /(\S+)", text):
        assert (DEPLOY / page).exists()


@pytest.mark.parametrize("name", ["away.html", "refused.html"])
def test_the_proxys_own_pages_say_whom_to_call_and_fetch_nothing(name):
    page = (DEPLOY / name).read_text("utf-8")
    found = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag, attributes):
            found.append((tag, dict(attributes)))

    Reader().feed(page)
    assert ("html", {"lang": "sv"}) in found
    assert any(each.get("href") == "tel:112" for _, each in found)
    assert not [each for _, each in found if "src" in each or "style" in each]
    assert all(each["href"].startswith("tel:") for _, each in found if "href" in each)


# The units


def lines(text, key):
    return re.findall(rf"^{key}=(.*)$", text, re.MULTILINE)


@pytest.mark.parametrize("name", UNITS)
def test_a_unit_starts_a_command_that_there_is_with_settings_that_there_are(name):
    for command in lines(UNITS[name], "ExecStart"):
        program, *words = command.split()
        assert program == "/opt/skyddsnat/.venv/bin/python"
        assert words[:2] == ["-m", "app"]
        assert is_understood(words[2:]), command
    for setting in lines(UNITS[name], "Environment"):
        assert setting.partition("=")[0] in SETTINGS, setting
    for wanted in " ".join(lines(UNITS[name], "Wants")).split():
        file = re.sub(r"@\w+", "@", wanted)
        assert file in UNITS or file == "network-online.target", wanted


@pytest.mark.parametrize("name", [name for name in UNITS if name.endswith(".service")])
def test_each_part_has_its_own_user_and_role_and_only_staff_get_keys(name):
    text = UNITS[name]
    part = re.match(r"skyddsnat-(\w+)", name)[1]
    (url,) = [each for each in lines(text, "Environment") if each.startswith("DATABASE_URL")]
    if part == "prepare":
        assert "postgresql://skyddsnat@" in url
        return
    assert lines(text, "DynamicUser") == ["yes"]
    assert lines(text, "User") == [f"skyddsnat-{part}"]
    assert f"postgresql://{roles.name(part)}@" in url
    handed = " ".join(lines(text, "LoadCredential"))
    assert ("keys/private/" in handed) == (part == "staff")
    assert ("SKYDDSNAT_PRIVATE_KEYS" in text) == (part == "staff")
    assert ("keys/audit/" in handed) == ("SKYDDSNAT_AUDIT_KEYS" in text) == (part == "relay")
    assert "/etc/skyddsnat/keys/audit" in lines(text, "InaccessiblePaths")[0]
    assert ("IPAddressDeny=any" in text) == (part != "relay"), "only the relay speaks to others"


def test_memory_is_never_swapped_out_and_little_is_allowed():
    said = dict(re.findall(r"^(\w+)=(.*)$", HARDENED.read_text("utf-8"), re.MULTILINE))
    wanted = {
        "MemorySwapMax": "0",
        "LimitCORE": "0",
        "NoNewPrivileges": "yes",
        "CapabilityBoundingSet": "",
        "ProtectSystem": "strict",
        "ProtectHome": "yes",
        "PrivateTmp": "yes",
        "PrivateDevices": "yes",
        "MemoryDenyWriteExecute": "yes",
        "RestrictAddressFamilies": "AF_INET AF_INET6 AF_UNIX",
        "SystemCallFilter": "~@privileged",
        "UMask": "0077",
    }
    assert {name: said.get(name) for name in wanted} == wanted


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="structure is held above")
def test_systemd_itself_reads_the_units_and_finds_them_closed(tmp_path):
    for file in (tree.ROOT / "deploy" / "systemd").iterdir():
        (shutil.copytree if file.is_dir() else shutil.copy)(file, tmp_path / file.name)
    own = {**os.environ, "SYSTEMD_UNIT_PATH": f"{tmp_path}:", "LC_ALL": "C"}

    def analyze(*words):
        done = subprocess.run(
            ["systemd-analyze", *words],  # noqa: S607
            env=own,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.stdout + done.stderr

    units = [name.replace("@.", "@8000.") for name in UNITS]
    said = analyze("verify", "--man=no", *units).splitlines()
    assert [line for line in said if "skyddsnat" in line and "not executable" not in line] == []
    for name in units:
        if name.endswith(".service"):
            found = re.search(
                r"exposure level for .*: ([\d.]+)", analyze("security", "--offline=true", name)
            )
            if found:  # older ones know no --offline
                assert float(found[1]) <= 2.5, name
