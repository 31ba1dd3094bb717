"""The command line answers in Swedish, in one sentence, and never with a trace."""

import getpass
import os
import re
import shutil
import stat
import subprocess
import sys
from functools import partial

import pytest
from sqlalchemy import select

from app.settings import CHECKOUT
from app.storage.database import Database
from app.storage.tables import sign_in_links
from tests import akt_here, service
from tests.service import free_ports

ENGLISH = (
    "usage",
    "options:",
    "show this",
    "positional",
    "argument",
    "error",
    "invalid",
    "Traceback",
)


@pytest.fixture
def run(tmp_path):
    """Run a command with a data directory of this test's own; return how it ended."""
    return partial(command, tmp_path)


def command(folder, *words, **settings):
    environment = {
        **{name: value for name, value in os.environ.items() if "SKYDDSNAT" not in name},
        "PYTHONPATH": str(CHECKOUT),
        "SKYDDSNAT_DATA": str(folder / "data"),
        **settings,
    }
    return service.command(*words, environment=environment, folder=folder)


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    """A data directory as `prepare` makes it."""
    folder = tmp_path_factory.mktemp("made")
    assert command(folder, "prepare").returncode == 0
    return folder / "data"


@pytest.fixture
def prepared(made, tmp_path):
    """Where `run` begins, `prepare` has been run."""
    shutil.copytree(made, tmp_path / "data")


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["serve"],
        ["serve", "citizen"],
        ["serve", "staff"],
        ["relay"],
        ["retain"],
        ["prepare"],
        ["check"],
        ["check-content"],
        ["describe"],
        ["completion"],
        ["keys"],
        ["keys", "new"],
        ["keys", "public"],
        ["keys", "lost"],
        ["sign-in-link"],
    ],
    ids=" ".join,
)
def test_every_command_teaches_itself_in_swedish(run, words):
    done = run(*words, "--help")
    assert done.returncode == 0
    assert done.stdout.startswith("Användning: skyddsnat")
    assert done.stdout.count("Användning") == 1
    assert not [word for word in ENGLISH if word in done.stdout]


@pytest.mark.parametrize("words", [[], ["serv"], ["keys"], ["serve", "--descriptor", "x"]])
def test_what_is_not_understood_is_said_in_swedish_with_a_way_on(run, words):
    done = run(*words)
    assert done.returncode == 2
    assert "--help" in done.stderr
    assert not [word for word in ENGLISH if word in done.stderr]


def test_a_setting_that_cannot_be_right_is_said_in_one_sentence(run):
    done = run("serve", SKYDDSNAT_CITIZEN="8000")
    assert done.returncode == 1
    assert done.stderr == (
        "SKYDDSNAT_CITIZEN ska vara värd:port, till exempel 127.0.0.1:8000, inte 8000.\n"
    )


def test_everything_but_public_keys_is_made_for_its_owner_only_and_again_does_no_harm(
    run, tmp_path
):
    data = tmp_path / "data"
    assert run("prepare").returncode == 0
    made = {file: file.read_bytes() for file in data.rglob("*.key")}
    assert made
    assert run("prepare").returncode == 0
    assert {file: file.read_bytes() for file in data.rglob("*.key")} == made
    public = data / "keys" / "public"
    for file in data.rglob("*"):
        mode = stat.S_IMODE(file.stat().st_mode)
        if public in {file, file.parent}:
            assert mode & 0o777 == (0o755 if file == public else 0o644), file
        else:
            assert not mode & 0o077, file
    assert stat.S_IMODE(data.stat().st_mode) == 0o700


@pytest.fixture
def at_a_terminal(tmp_path):
    """Run a command whose output is seen on a terminal; return what was seen."""

    def run_there(*words):
        ours, theirs = os.openpty()
        environment = {
            **os.environ,
            "PYTHONPATH": str(CHECKOUT),
            "SKYDDSNAT_DATA": str(tmp_path / "data"),
        }
        subprocess.run(
            [sys.executable, "-m", "app", *words], env=environment, stdout=theirs, check=True
        )
        os.close(theirs)
        seen = os.read(ours, 100_000).decode()
        os.close(ours)
        return re.findall(r"http\S+/logga-in/\S+", seen)

    return run_there


@pytest.mark.usefixtures("prepared")
def test_links_to_the_inbox_are_shown_one_for_each_unit_and_never_the_same(at_a_terminal):
    first, second = at_a_terminal("sign-in-link"), at_a_terminal("sign-in-link")
    assert len(first) == 2
    assert not set(first) & set(second)
    assert len(at_a_terminal("sign-in-link", "--unit", "sspf")) == 1
    assert len(at_a_terminal("prepare", "--links")) == 2


def test_a_link_never_ends_in_a_log(run, tmp_path):
    done = run("prepare", "--links")
    assert "kör skyddsnat sign-in-link i en terminal" in done.stdout
    assert "/logga-in/" not in done.stdout + done.stderr
    done = run("sign-in-link")
    assert (done.returncode, done.stdout) == (1, "")
    assert "--file" in done.stderr
    file = tmp_path / "länkar"
    assert run("sign-in-link", "--file", str(file)).returncode == 0
    assert file.read_text().count("/logga-in/") == 2
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert run("sign-in-link", "--file", str(file)).returncode == 1, "nothing is written over"


@pytest.mark.usefixtures("prepared")
def test_a_unit_that_does_not_exist_is_refused_with_those_that_do(run):
    done = run("sign-in-link", "--unit", "polisen")
    assert (done.returncode, done.stdout) == (1, "")
    assert "barn-och-unga, sspf" in done.stderr


@pytest.mark.usefixtures("prepared")
def test_a_link_can_be_made_for_a_role(run, tmp_path):
    asked = ("sign-in-link", "--unit", "sspf", "--role", "registrator", "--unqualified")
    assert run(*asked, "--file", str(tmp_path / "link")).returncode == 0
    with Database.open(f"sqlite:///{tmp_path}/data/skyddsnat.sqlite") as database:
        made = database.read_now(lambda c: c.execute(select(sign_in_links)).all())
    assert [(row.unit, row.roles, row.qualified) for row in made] == [
        ("sspf", "registrator", False)
    ]
    done = run("sign-in-link", "--role", "registratorn")
    assert (done.returncode, done.stdout) == (2, "")
    assert "Menade du registrator?" in done.stderr


@pytest.fixture
def own_sign_in(tmp_path):
    """The file of a municipality with a sign-in of its own, that is not there."""
    usual = (CHECKOUT / "forms" / "municipalities" / "exempelkommun.toml").read_text("utf-8")
    file = tmp_path / "kommunen.toml"
    file.write_text(usual + OWN_SIGN_IN, "utf-8")
    return str(file)


OWN_SIGN_IN = """
[sign_in]
issuer = "http://127.0.0.1:9"
client = "skyddsnat"
amr = ["mfa"]
[[sign_in.groups]]
group = "handläggare"
units = ["sspf"]
roles = ["sspf"]
"""


@pytest.mark.usefixtures("prepared")
def test_links_are_made_past_the_municipalitys_sign_in_only_with_a_reason(
    run, own_sign_in, tmp_path
):
    own = partial(run, "sign-in-link", SKYDDSNAT_MUNICIPALITY=own_sign_in)
    file = ("--file", str(tmp_path / "link"))
    for words in ([], ["--nod"], ["--nod", "--unit", "sspf"], ["--nod", "--reason", "Nere."]):
        done = own(*words, *file)
        assert (done.returncode, done.stdout) == (1, ""), words
        assert "--reason" in done.stderr
    too_long = ("--nod", "--unit", "sspf", "--reason", "x" * 201)
    assert "högst 200 tecken" in own(*too_long, *file).stderr
    assert own("--nod", "--unit", "sspf", "--reason", " Nere sedan 2. ", *file).returncode == 0
    with Database.open(f"sqlite:///{tmp_path}/data/skyddsnat.sqlite") as database:
        made = database.read_now(lambda c: c.execute(select(sign_in_links)).one())
    assert (made.unit, made.roles, made.reason) == ("sspf", "sspf", "Nere sedan 2.")
    assert made.made_by == getpass.getuser()


@pytest.mark.usefixtures("prepared")
def test_who_starts_the_service_is_told_how_one_signs_in(run, own_sign_in):
    done = run("prepare", "--links", SKYDDSNAT_MUNICIPALITY=own_sign_in)
    assert "med kommunens egen inloggning" in done.stdout


def test_a_sign_in_whose_secret_is_missing_is_said_before_anybody_is_served(run, own_sign_in):
    assert run("prepare", SKYDDSNAT_MUNICIPALITY=own_sign_in).returncode == 0
    [port] = free_ports(1)
    address = f"127.0.0.1:{port}"
    done = run("serve", "staff", SKYDDSNAT_MUNICIPALITY=own_sign_in, SKYDDSNAT_STAFF=address)
    assert done.returncode == 1
    assert "client_secret" in done.stderr
    assert "sign_in.secret" in done.stderr


def test_a_database_that_is_not_in_order_is_said(run):
    done = run("sign-in-link", "--file", "länkar")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1


def test_keys_are_made_once_and_the_public_ones_can_be_shown(run, tmp_path):
    assert "barn-och-unga, sspf" in run("keys", "new").stdout
    assert "redan" in run("keys", "new").stdout
    for file in tmp_path.rglob("*.pub"):
        file.unlink()
    shown = run("keys", "public")
    assert shown.returncode == 0
    public = sorted(tmp_path.rglob("*.pub"))
    assert [file.stem for file in public] == ["barn-och-unga", "sspf"]
    assert all(file.read_text("ascii").strip() in shown.stdout for file in public)
    for file in tmp_path.rglob("*.key"):
        assert file.read_text("ascii").strip() not in shown.stdout


@pytest.mark.usefixtures("prepared")
def test_a_lost_private_key_is_never_quietly_replaced(run, tmp_path):
    (lost,) = tmp_path.rglob("sspf.key")
    lost.unlink()
    done = run("prepare")
    assert done.returncode == 1
    assert "sspf" in done.stderr
    assert not lost.exists()


@pytest.mark.usefixtures("prepared")
def test_a_key_that_nothing_is_sealed_to_is_given_up_by_its_id_and_then_replaced(run, tmp_path):
    (lost,) = tmp_path.rglob("sspf.key")
    lost.unlink()
    key_id = re.search(r"[0-9a-f]{32}", run("prepare").stderr)[0]
    assert run("keys", "lost", "0" * 32).returncode == 1
    assert run("keys", "lost", key_id).returncode == 0
    assert run("prepare").returncode == 0
    assert lost.exists()


@pytest.mark.usefixtures("prepared")
def test_a_damaged_key_is_said_and_not_shown(run, tmp_path):
    (key,) = tmp_path.rglob("sspf.key")
    key.write_text("hemligt")
    done = run("prepare")
    assert done.returncode == 1
    assert "skadad" in done.stderr
    assert "sspf.key" in done.stderr
    assert "hemligt" not in done.stderr


def test_a_data_directory_that_cannot_be_written_is_said(run):
    done = run("prepare", SKYDDSNAT_DATA="/proc/nowhere")
    assert done.returncode == 1
    assert "SKYDDSNAT_DATA" in done.stderr


def test_a_data_directory_that_is_a_file_is_said(run, tmp_path):
    (tmp_path / "data").write_text("")
    done = run("prepare")
    assert done.returncode == 1
    assert "SKYDDSNAT_DATA" in done.stderr


def test_content_without_faults_is_said_to_be(run):
    done = run("check-content")
    assert done.returncode == 0
    assert "Inga fel" in done.stdout


def test_every_fault_in_the_content_is_named_by_file_key_and_reason(run, tmp_path):
    shutil.copytree(CHECKOUT / "forms", tmp_path / "forms")
    form = tmp_path / "forms" / "stoppmote.toml"
    whole = form.read_text("utf-8")
    form.write_text(re.sub(r"(?m)^version = \d+", "version = 'ett'", whole), "utf-8")
    done = run("check-content", SKYDDSNAT_FORMS=str(tmp_path / "forms"))
    assert done.returncode == 1
    assert "  stoppmote.toml: version: " in done.stderr
    assert run("prepare", SKYDDSNAT_FORMS=str(tmp_path / "forms")).returncode == 1
    assert not list(tmp_path.rglob("*.key")), "nothing is begun with content that is wrong"


@pytest.fixture
def town(tmp_path):
    """Write a municipality's file with destinations in it, and return its path."""

    def write(places):
        example = CHECKOUT / "forms" / "municipalities" / "exempelkommun.toml"
        text = example.read_text("utf-8").replace(
            "[forms.orosanmalan]\n",
            '[forms.orosanmalan]\ndestinations = ["inbox", "verksamhet"]\n',
        )
        file = tmp_path / "kommun.toml"
        file.write_text(text + places, "utf-8")
        return str(file)

    return write


FTP = '[destinations.verksamhet]\nconnector = "webhook"\noptions.url = "ftp://x"\n'
PULL = '[destinations.verksamhet]\nconnector = "pull"\n'


def test_a_way_out_that_cannot_be_right_is_said_before_anything_is_begun(run, tmp_path, town):
    for words in (["check-content"], ["prepare"], ["serve"]):
        done = run(*words, SKYDDSNAT_MUNICIPALITY=town(FTP))
        assert done.returncode == 1
        assert "kommun.toml: destinations.verksamhet.options: url ska vara" in done.stderr
    assert not list(tmp_path.rglob("*.key"))


def test_a_receiver_whose_key_is_not_there_is_named_before_anything_is_begun(run, tmp_path, town):
    done = run("prepare", SKYDDSNAT_MUNICIPALITY=town(PULL))
    assert done.returncode == 1
    assert "verksamhet.jwk finns inte: be mottagaren om den" in done.stderr
    assert not list(tmp_path.rglob("*.key"))
    public = tmp_path / "data" / "keys" / "public"
    public.mkdir(parents=True)
    (public / "verksamhet.jwk").write_text("{}")
    done = run("prepare", SKYDDSNAT_MUNICIPALITY=town(PULL))
    assert "verksamhet.jwk är ingen publik nyckel på kurvan P-256" in done.stderr


def test_a_municipality_that_does_not_exist_is_said(run):
    done = run("check-content", SKYDDSNAT_MUNICIPALITY="atlantis")
    assert done.returncode == 1
    assert "atlantis.toml" in done.stderr


@pytest.mark.usefixtures("prepared")
def test_the_nightly_job_can_be_run_by_hand(run):
    done = run("retain")
    assert done.returncode == 0
    assert '"retained"' in done.stderr


@pytest.mark.usefixtures("prepared")
def test_the_nightly_job_can_say_what_it_would_do_and_leave_it(run):
    done = run("retain", "--dry-run")
    assert done.returncode == 0
    assert "orosanmalan: 0 anmälningar utan ärende, efter 90 dagar" in done.stdout
    assert "0 ärenden som två har godkänt" in done.stdout
    assert '"retained"' not in done.stderr


@pytest.mark.usefixtures("prepared")
@pytest.mark.parametrize("words", [(), ("--dry-run",)])
def test_where_the_akt_is_kept_here_the_nightly_job_says_so_and_takes_no_days(run, tmp_path, words):
    example = CHECKOUT / "forms" / "municipalities" / "exempelkommun.toml"
    text = akt_here.recording(example.read_text("utf-8"))
    own = tmp_path / "kommun.toml"
    own.write_text(text, "utf-8")
    done = run("retain", *words, SKYDDSNAT_MUNICIPALITY=str(own))
    assert done.returncode == 1
    assert "akten förs här" in done.stderr
    own.write_text(akt_here.without_days(text), "utf-8")
    done = run("retain", *words, SKYDDSNAT_MUNICIPALITY=str(own))
    assert done.returncode == 0
    assert '"retain.akt_here"' in done.stderr
    assert ("ingen anmälan tas bort av sig själv" in done.stdout) == bool(words)


@pytest.mark.parametrize(
    "url", ["postgresql://nobody@127.0.0.1:1/x", "sqlite:////nowhere/at/all.sqlite"]
)
def test_a_database_that_cannot_be_reached_is_said_in_one_sentence(run, url):
    done = run("prepare", DATABASE_URL=url)
    assert done.returncode == 1
    assert done.stderr.startswith("Databasen går inte att nå")
    assert "nobody" not in done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["backup"], "Det fattas något: KATALOG."),
        (["backup", "a", "b"], "hör inte till kommandot: b"),
        (["backup", "a", "--keys"], "Efter --keys ska det stå ett värde."),
        (["prepar"], "Menade du prepare?"),
        (["serve", "citizen", "--descriptor", "x"], "Efter --descriptor ska det stå ett heltal."),
    ],
)
def test_what_is_wrong_with_a_command_is_said(run, words, said):
    done = run(*words)
    assert done.returncode == 2
    assert said in done.stderr


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mysql://eva:hemligt@host/x", "postgresql:// eller sqlite:///"),
        ("postgres://eva:hemligt@host/x", "postgresql:// eller sqlite:///"),
        ("hemligt", "postgresql:// eller sqlite:///"),
        ("sqlite://", "filens sökväg"),
        ("sqlite:///:memory:", "filens sökväg"),
    ],
)
def test_an_address_that_leads_to_no_database_of_ours_is_said_and_not_repeated(run, url, said):
    done = run("prepare", DATABASE_URL=url)
    assert done.returncode == 1
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
    assert "hemligt" not in done.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "tcsh"])
def test_a_shell_can_fill_in_commands(run, shell):
    done = run("completion", shell)
    assert done.returncode == 0
    for word in ("sign-in-link", "check-content", "backup"):
        assert word in done.stdout


@pytest.mark.usefixtures("prepared")
def test_the_least_that_is_logged_can_be_set_and_nothing_else_than_a_level(run):
    assert '"retained"' in run("retain").stderr
    assert run("retain", SKYDDSNAT_LOG="warning").stderr == ""
    done = run("retain", SKYDDSNAT_LOG="allt")
    assert done.stderr == "SKYDDSNAT_LOG ska vara info, warning eller error.\n"


@pytest.mark.usefixtures("prepared")
def test_a_nightly_backup_gets_a_directory_of_its_own_by_the_time(run, tmp_path):
    done = run("backup", str(tmp_path / "kopior"), "--keep", "14")
    assert done.returncode == 0
    (made,) = (tmp_path / "kopior").iterdir()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d{6}Z", made.name)
    assert "0 äldre kopior" in done.stdout
    assert run("backup", str(tmp_path / "kopior"), "--keep", "0").returncode == 1
