"""The templates as they are written: they compile, hold no words, and keep the strict policy."""

import re

import pytest
from jinja2 import nodes

from app.web.http.templating import environment as make_environment
from tests.components.examples import ROOT, TEMPLATES, texts

NAMES = sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html"))
SWEDISH = texts("sv")
CARRY_THEIR_OWN = {"staff/error.html", "errors/error.html", "staff/sign_in.html"}
"""Sends again what was sent, its token too; is let in by a secret link and nothing else."""


def source(name: str) -> str:
    return (TEMPLATES / name).read_text("utf-8")


def bare(name: str) -> str:
    """Return a template without its comments."""
    return re.sub(r"{#.*?#}", "", source(name), flags=re.DOTALL)


@pytest.mark.parametrize("name", NAMES)
def test_a_template_compiles_and_says_what_it_is_for(name, environment):
    environment.get_template(name)
    first = source(name).split("-#}")[0]
    assert first.startswith("{#- ")
    assert re.match(r"[^\n]+[.:!?\"”]\n|[^\n]+\.", first[4:]), "the first line is a sentence"


@pytest.mark.parametrize("name", NAMES)
def test_every_text_asked_for_exists(name, environment):
    tree = environment.parse(source(name))
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name == "t":
            path = call.args[0]
            if isinstance(path, nodes.Const):
                assert path.value in SWEDISH, f"{path.value} stands in no language"
            else:
                first = next(path.find_all(nodes.Const), None)
                assert (
                    first is None
                    or not first.value.endswith(".")
                    or list(SWEDISH.under(first.value[:-1]))
                )


@pytest.mark.parametrize("name", NAMES)
def test_what_a_text_needs_is_given_to_it(name, environment):
    at_start = set(
        re.findall(
            r"{(\w+)}", (ROOT / "forms/languages/sv.toml").read_text("utf-8").split("[language]")[0]
        )
    )
    tree = environment.parse(source(name))
    for call in tree.find_all(nodes.Call):
        if (
            isinstance(call.node, nodes.Name)
            and call.node.name == "t"
            and isinstance(call.args[0], nodes.Const)
        ):
            needed = set(re.findall(r"{(\w+)}", SWEDISH(call.args[0].value))) - at_start
            assert needed <= {word.key for word in call.kwargs}, call.args[0].value


@pytest.mark.parametrize("name", NAMES)
def test_every_word_for_people_stands_in_the_language_files(name):
    text = re.sub(r"{%.*?%}|{{.*?}}|<[^>]*>", " ", bare(name), flags=re.DOTALL)
    assert not re.findall(r"[a-zåäöA-ZÅÄÖ]{2,}", text), "words in a template can not be translated"


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_inline_and_nothing_comes_from_elsewhere(name):
    text = bare(name)
    assert not re.search(r"<style|<script(?![^>]*src=)|\sstyle=|\son[a-z]+=|javascript:", text)
    assert not re.search(r"""(?:src|href|action)=["']?(?:https?:)?//""", text)
    assert "| safe" not in text
    assert "|safe" not in text


@pytest.mark.parametrize("name", NAMES)
def test_nothing_steals_the_focus_or_judges_early(name):
    text = bare(name)
    assert "autofocus" not in text
    assert "accesskey" not in text
    assert not re.search(r"tabindex=\"[1-9]", text)
    assert 'http-equiv="refresh"' not in text
    assert "user-scalable" not in text
    assert "maximum-scale" not in text


@pytest.mark.parametrize("name", NAMES)
def test_every_form_that_is_posted_carries_its_token(name):
    for form in re.findall(r"<form.*?</form>", bare(name), flags=re.DOTALL):
        if 'method="post"' in form and name not in CARRY_THEIR_OWN:
            assert 'name="_token"' in form


def test_a_template_is_compiled_once_for_every_language(environment):
    english = make_environment(TEMPLATES, "en", texts("en"))
    name = "components/error_summary.html"
    compiled = [
        each.get_template(name).root_render_func.__code__ for each in (environment, english)
    ]
    assert compiled[0] is compiled[1]


def test_a_template_that_was_changed_is_compiled_anew(tmp_path):
    def said():
        return make_environment(tmp_path, "sv", SWEDISH).get_template("brev.html").render()

    for words in ("Hej", "Hej igen"):
        (tmp_path / "brev.html").write_text(words, "utf-8")
        assert said() == words
