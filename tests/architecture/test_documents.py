"""The documents tell the truth: files they show exist, commands they give can be given."""

import ast
import contextlib
import io
import re

import pytest

import tree
from app.commands import grammar

TARGETS = set(re.findall(r"^([a-z]+):", (tree.ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
DOCUMENTS = {
    name: text
    for name, text in tree.texts().items()
    if name.suffix == ".md" and name.name != "CHANGELOG.md"
}
SAID_TO_PEOPLE = {
    **DOCUMENTS,
    **{name: text for name, text in tree.texts().items() if name.parts[0] == "forms"},
}
SITES = ("SKYDDSNAT_CITIZEN", "SKYDDSNAT_STAFF", "SKYDDSNAT_API")
ALSO_FILES = {"Makefile", "Dockerfile", "LICENSE", "skyddsnat"}


def shown(picture):
    """The files and directories in a picture drawn with ├── and └──, as paths from the root."""
    above = []
    for line in picture.splitlines():
        drawn = re.match(r"((?:│   |    )*)[├└]── (.*)", line)
        if not drawn:
            continue
        depth, rest = len(drawn[1]) // 4, drawn[2].replace(" · ", " ")
        del above[depth:]
        inside = above[:]
        in_words = False  # names first, then what they are for; a folder may be named there too
        for word in re.split(r"[,:;]?\s+", rest):
            named = re.fullmatch(r"[\w.-]+(/|\.\w+)", word) or word in ALSO_FILES
            in_words = in_words or not named
            if not named or (in_words and not word.endswith("/")):
                continue
            yield "/".join([*inside, word.rstrip("/")])
            if word.endswith("/") and not in_words:
                inside = [*inside, word.rstrip("/")]
                if len(above) == depth:
                    above.append(word.rstrip("/"))


def test_the_picture_of_the_house_is_true():
    picture = (tree.ROOT / "docs" / "architecture.md").read_text("utf-8")
    names = set(shown(picture))
    assert names, "no picture"
    missing = sorted(name for name in names if not (tree.ROOT / name).exists())
    assert not missing, "shown but not there"
    packages = {
        str(name.parent)
        for name in tree.kept()
        if name.name == "__init__.py" and name.parts[0] == "app"
    }
    assert packages <= names, f"there but not shown: {sorted(packages - names)}"


def test_a_picture_is_read_as_it_is_drawn():
    drawn = "├── app/      CODE\n│   ├── cli.py  starts\n│   ├── web/ a.py · b.py\n└── Makefile  x"
    assert list(shown(drawn)) == [
        "app",
        "app/cli.py",
        "app/web",
        "app/web/a.py",
        "app/web/b.py",
        "Makefile",
    ]


@pytest.mark.parametrize("name", DOCUMENTS, ids=str)
def test_every_file_of_the_program_that_is_named_is_there(name):
    # What a record says was decided once may have moved since.
    if "decisions" in name.parts:
        return
    for path in re.findall(
        r"`((?:app|templates|tests|bench|tools|static)/[\w./-]+)`", DOCUMENTS[name]
    ):
        assert (tree.ROOT / path).exists(), path


def test_the_way_in_names_files_in_every_room_that_a_post_goes_through():
    named = re.findall(
        r"`app/([\w/]+)/\w+\.py`", (tree.ROOT / "docs" / "a-post.md").read_text("utf-8")
    )
    rooms = {"web/http", "web/shown", "web/form", "web/citizen", "runner", "intake", "crypto"}
    assert rooms <= set(named)


@pytest.mark.parametrize("name", DOCUMENTS, ids=str)
def test_every_make_command_that_is_given_exists(name):
    given = set(re.findall(r"(?:`|^|\$ )make ([a-z]+)", DOCUMENTS[name], re.MULTILINE))
    assert given <= TARGETS


@pytest.mark.parametrize("name", SAID_TO_PEOPLE, ids=str)
def test_every_command_of_the_service_that_is_given_exists(name):
    # b"..." in a program is octets, not a command.
    pattern = r"(?:[`”]|(?<!b)\"|^|\$ )(?:\./)?skyddsnat ([a-z][a-z -]*[a-z])"
    for words in re.findall(pattern, SAID_TO_PEOPLE[name], re.MULTILINE):
        command = [word for word in words.split(" --")[0].split() if word]
        unheard = contextlib.redirect_stdout(io.StringIO())
        with pytest.raises(SystemExit) as ended, unheard, contextlib.redirect_stderr(io.StringIO()):
            grammar.parser().parse_args([*command, "--help"])
        assert ended.value.code == 0, f"skyddsnat {words}"


@pytest.mark.parametrize("name", DOCUMENTS, ids=str)
def test_every_link_to_a_file_leads_somewhere(name):
    for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", DOCUMENTS[name]):
        assert (tree.ROOT / name.parent / target).exists(), target


def test_every_setting_is_described_and_every_setting_described_exists():
    pattern = r"\b(?:SKYDDSNAT_[A-Z_]+[A-Z]|DATABASE_URL)\b"
    described = set(re.findall(pattern, (tree.ROOT / "docs" / "operations.md").read_text("utf-8")))
    settings = (tree.ROOT / "app" / "settings.py").read_text("utf-8")
    known = set(re.findall(pattern, settings))
    known |= {f"{site}_ORIGIN" for site in SITES}
    assert known - described == set(), "not described"
    assert described - known == set(), "described but not there"


def proofs_in(name):
    """The tests of a file, by their names."""
    parsed = ast.parse((tree.ROOT / name).read_text("utf-8"))
    return {each.name for each in ast.walk(parsed) if isinstance(each, ast.FunctionDef)}


@pytest.mark.parametrize("name", DOCUMENTS, ids=str)
def test_every_test_that_is_named_is_there(name):
    for file, test in re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", DOCUMENTS[name]):
        assert test in proofs_in(file), (file, test)


def test_every_wall_that_the_lawyer_reads_of_names_its_code_and_a_test():
    written = (tree.ROOT / "docs" / "stoppmote-for-juristen.md").read_text("utf-8")
    walls = [line.split("|")[1:-1] for line in written.splitlines() if re.match(r"\| \d", line)]
    assert len(walls) >= 16
    for law, _, code, proof in walls:
        assert re.search(r"`(app|forms)/", code), law
        assert re.search(r"`tests/[\w/]+\.py::test_\w+`", proof), law
    about = {law for law, *_ in walls}
    for wanted in ("26 kap. 1 §", "12 kap. 2 §", "12 kap. 3 §", "10 kap. 1 §", "19 kap. 1 §"):
        assert any(wanted in law for law in about), wanted
