"""Before it is relied on, the municipality's own sign-in is looked at as the inbox will meet it."""

from dataclasses import replace

import pytest

from app.commands.check import about
from app.commands.check_sign_in import looked_at
from app.commands.graded import Grade
from app.runner import content
from app.runner.sign_in import Group, SignIn
from app.settings import Settings
from tests.oidc import provider as oidc


@pytest.fixture(scope="module")
def provider():
    with oidc.running() as running:
        running.as_usual()
        yield running


@pytest.fixture
def municipality(provider):
    settings = Settings.read({})
    found = content.municipality(settings.forms, settings.municipality)
    group = Group(group="a", units=("sspf",), roles=("sspf",))
    own = SignIn(issuer=provider.issuer, client=oidc.CLIENT, amr=("mfa",), groups=(group,))
    return found.model_copy(update={"sign_in": own})


@pytest.fixture
def look(tmp_path):
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "sign_in.secret").write_text(oidc.SECRET)
    settings = Settings.read({"SKYDDSNAT_DATA": str(tmp_path)})
    return lambda municipality: [
        (found.grade, found.said)
        for found in about("Inloggning", lambda: looked_at(settings, municipality))
    ]


def test_one_that_is_right_is_named(look, municipality, provider):
    assert look(municipality) == [(Grade.FINE, provider.issuer)]


def test_a_clock_that_would_let_nobody_in_is_a_fault(look, municipality, provider):
    provider.tell(offset=600)
    [(grade, said), _] = look(municipality)
    provider.tell(offset=0)
    assert grade is Grade.FAULT
    assert "klocka skiljer 60" in said or "klocka skiljer 59" in said


def test_one_that_is_away_or_is_another_is_a_fault(look, municipality, provider):
    provider.tell(away=True)
    [(grade, said)] = look(municipality)
    provider.tell(away=False)
    assert (grade, "svarar inte" in said) == (Grade.FAULT, True)
    elsewhere = provider.issuer.replace("127.0.0.1", "localhost")
    own = municipality.sign_in.model_copy(update={"issuer": elsewhere})
    [(grade, said)] = look(municipality.model_copy(update={"sign_in": own}))
    assert (grade, "another issuer" in said) == (Grade.FAULT, True)


def test_a_secret_that_is_missing_is_a_fault(look, municipality, tmp_path):
    (tmp_path / "secrets" / "sign_in.secret").unlink()
    [(grade, said)] = look(municipality)
    assert (grade, "sign_in.secret" in said) == (Grade.FAULT, True)


def test_without_one_links_let_in_but_only_in_an_exercise(look, municipality):
    without = municipality.model_copy(update={"sign_in": None})
    assert look(without)[0][0] is Grade.FINE
    assert look(without.model_copy(update={"exercise": False}))[0][0] is Grade.FAULT


def test_who_may_not_see_the_secrets_says_no_more_than_that(municipality, tmp_path):
    settings = replace(Settings.read({}), secrets=tmp_path / "ingen")
    [(grade, _)] = [*looked_at(settings, municipality)]
    assert grade is Grade.DOUBTFUL
