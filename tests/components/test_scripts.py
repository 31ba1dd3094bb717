"""The scripts are comfort: small, apart from each other, asking no more than the page has."""

import gzip
import re

import pytest

from app.web.http.assets import script, squeeze_js
from tests.components.examples import STATIC, TEMPLATES

SCRIPTS = sorted((STATIC / "js").rglob("*.js"))
MARKUP = " ".join(path.read_text("utf-8") for path in TEMPLATES.rglob("*.html"))


def test_all_scripts_together_are_small():
    assert len(gzip.compress(script(STATIC / "js").content.plain, 9)) <= 1_200


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_a_script_says_what_it_does_and_leaves_no_name_behind(path):
    lines = path.read_text("utf-8").splitlines()
    assert lines[0].startswith("// ")
    assert not [
        line for line in lines if re.match(r"(?:const|let|var|function|class|async|window\.)", line)
    ]


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_a_script_writes_no_html_and_keeps_nothing(path):
    text = path.read_text("utf-8")
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacent|document\.write|eval\(|Function\(", text
    )
    assert not re.search(r"localStorage|sessionStorage|indexedDB|document\.cookie|console\.", text)
    assert not re.search(r"https?:|\.disabled|\.style\b", text)


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_what_a_script_reads_from_the_page_is_there(path):
    text = path.read_text("utf-8")
    for name in re.findall(r"\[(data-[\w-]+)", text):
        assert name in MARKUP
    read = set(re.findall(r"dataset\.(\w+)", text))
    for names in re.findall(r"{ ([\w, ]+) } = \w+\.dataset", text):
        read |= set(names.split(", "))
    for name in read:
        assert f"data-{name}" in MARKUP, f"data-{name} is read and never written"


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_squeezing_a_script_takes_nothing_but_comments_and_space(path):
    text = path.read_text("utf-8")
    kept = [
        line.strip()
        for line in text.splitlines()
        if line.strip() and not line.lstrip().startswith("//")
    ]
    token = re.compile(r"\w+|[^\w\s]")
    assert token.findall(squeeze_js(text)) == token.findall("\n".join(kept))
    assert all(line.endswith((";", "{", "}", ",", ")")) for line in kept)
    quoted = re.compile(r"""(["'`]).*?\1""")
    before, after = "\n".join(kept), squeeze_js(text)
    assert [q[0] for q in quoted.finditer(after)] == [q[0] for q in quoted.finditer(before)]
