"""What can be set for a queue, a folder, an SFTP server and a sign-in is what is written of it."""

import json
import re
import textwrap
import tomllib
from pathlib import Path

import pytest

from app.delivery import options
from app.delivery.connectors.amqp import AmqpOptions
from app.delivery.connectors.folder import FolderOptions
from app.delivery.connectors.sftp import SftpOptions
from app.runner.sign_in import SignIn
from app.web.staff import by_provider

DOCS = Path(__file__).parents[2] / "docs"
PAGES = [
    pytest.param("amqp.md", "# ", AmqpOptions, id="amqp"),
    pytest.param("files.md", "## A folder", FolderOptions, id="folder"),
    pytest.param("files.md", "## An SFTP server", SftpOptions, id="sftp"),
]


def part(page, heading):
    """The text from a heading to the next."""
    text = (DOCS / page).read_text("utf-8")
    return re.split(r"^#+ ", text[text.index(heading) + len(heading) :], flags=re.MULTILINE)[0]


def usual(name, field):
    if field.is_required():
        return "needed"
    value = field.get_default()
    return oct(value) if name == "mode" else "–" if value is None else json.dumps(value)


@pytest.mark.parametrize(("page", "heading", "model"), PAGES)
def test_every_setting_is_described_with_what_it_is_when_nothing_is_said(page, heading, model):
    rows = re.findall(r"^\| `(\w+)` \| `?(.*?)`? \|", part(page, heading), re.MULTILINE)
    fields = {field.alias or name: field for name, field in model.model_fields.items()}
    assert dict(rows) == {name: usual(name, field) for name, field in fields.items()}


@pytest.mark.parametrize(("page", "heading", "model"), PAGES)
def test_the_example_can_be_set(page, heading, model):
    [example] = re.findall(r"```toml\n(.*?)```", part(page, heading), re.DOTALL)
    [destination] = tomllib.loads(example)["destinations"].values()
    assert options.read(model, "exempel", destination["options"])


def test_the_example_of_a_sign_in_can_be_set():
    [example] = re.findall(
        r"```toml\n(.*?)```", (DOCS / "sign-in.md").read_text("utf-8"), re.DOTALL
    )
    given = SignIn.model_validate(tomllib.loads(textwrap.dedent(example))["sign_in"])
    assert not [*given.faults({"barn-och-unga", "sspf"}, exercise=False)]


def test_the_addresses_that_the_provider_must_know_are_those_we_have():
    told = (DOCS / "sign-in.md").read_text("utf-8")
    paths = {route.path for route in by_provider.router.routes}
    for path in ("/logga-in/svar", "/logga-in/utloggad"):
        assert f"`https://inkorg.kommunen.se{path}`" in told
        assert path in paths
