"""What may stand in the files of `forms/`: for editors, and for whoever writes one.

Both are read out of the models themselves. Below each key in a model stands what it means.
"""

import argparse
import ast
import inspect
import textwrap
from collections.abc import Iterator
from functools import cache
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from app.commands.partners import written
from app.runner.checks import CHECKS
from app.runner.definition import Form
from app.runner.field import KINDS, Definition, Field
from app.runner.municipality import Municipality
from app.runner.process import Process
from app.settings import Settings

DIALECT = "http://json-schema.org/draft-07/schema#"
"""What the editors that know TOML read."""
FILES: dict[str, type[Definition]] = {
    "form": Form,
    "process": Process,
    "municipality": Municipality,
}
ASKING = {Form, Process}
"""Those that hold fields."""
TEXT = "reference"
INTRODUCTION = """\
# Keys of a form, of a process and of a municipality

`skyddsnat describe reference > docs/forms.md` writes this page from the models in `app/runner`; a
test keeps them alike. Every file is TOML, and a key that is not named here is refused.
`skyddsnat check-content` says what is wrong, by file, key and reason. Editors that know TOML say it
while one writes, when the file begins with `#:schema schemas/form.json` (a process's with
`#:schema ../schemas/process.json`, a municipality's with `#:schema ../schemas/municipality.json`).
How to write a process is told in [processer.md](processer.md).

A *Condition* is written `{ field = "fara", any_of = ["ja"] }`; where there are several, all must
hold. A text may hold `{municipality}` and what else `FILLED_IN` in `app/runner/municipality.py`
names. It is translated, and reworded by a municipality, by its path of ids:
`orosanmalan.fields.namn.label`, `orosanmalan.pages.mer.title`; a process's begins with `processes`:
`processes.orosanmalan.steps.beslut.fields.skal.label`.
"""


def describe(_: Settings, asked: argparse.Namespace) -> None:
    """Print the JSON Schema of a kind of file, or the reference of them all."""
    print(reference() if asked.what == TEXT else written(schema(asked.what)), end="")


def schema(file: str) -> dict[str, Any]:
    """Return the JSON Schema (draft 7) of one of FILES."""
    model = FILES[file]
    models = [(each, "validation") for each in (model, *kinds())]
    _, whole = models_json_schema(models, ref_template="#/definitions/{model}")  # type: ignore[arg-type]
    parts = whole["$defs"]
    for each in described(model):
        place = parts.get(each.__name__, {})
        place["description"] = said(each)
        for name, words in keys(each).items():
            place["properties"][name]["description"] = words
    # Whatever asks for a field takes one of any kind.
    kinds_of = [{"$ref": f"#/definitions/{each.__name__}"} for each in kinds()]
    parts["Field"] = {"oneOf": kinds_of}
    top = parts.pop(model.__name__)
    used = {name: parts[name] for name in sorted(reached(top, parts))}
    return {"$schema": DIALECT, **top, "definitions": used}


def reached(part: object, parts: dict[str, Any]) -> set[str]:
    """Return the names of the parts that a part refers to, and those that they do."""
    found, waiting = set[str](), [part]
    while waiting:
        here = waiting.pop()
        if isinstance(here, dict):
            name = str(here.get("$ref", "")).rpartition("/")[2]
            if name and name not in found:
                found.add(name)
                waiting.append(parts[name])
            waiting += here.values()
        elif isinstance(here, list):
            waiting += here
    return found


def reference() -> str:
    """Return what every key means, as a page of Markdown."""
    parts = [INTRODUCTION]
    told = set[type[Definition]]()
    for file, model in FILES.items():
        parts.append(f"## A {file}\n")
        new = [one for one in described(model) if one not in told and not issubclass(one, Field)]
        parts += map(table, new)
        told |= {*new}
        if model is Form:
            parts.append(f"Rules (`check`): {', '.join(f'`{name}`' for name in sorted(CHECKS))}.\n")
            parts.append("## A field\n")
            parts += [table(Field), *(table(each) for each in kinds())]
    return "\n".join(parts)


def table(model: type[Definition]) -> str:
    """Return the keys of a model, what each may hold and what it means."""
    kind = next((name for name, each in KINDS.items() if each is model), "")
    name = f'kind = "{kind}"' if kind else model.__name__
    known = set(Field.model_fields) if issubclass(model, Field) and model is not Field else set()
    rows = [
        f"| `{key}` | {holds(model, key)} | {needed(model, key)} | {words} |"
        for key, words in keys(model).items()
        if key not in known
    ]
    head = ["| Key | Holds | Needed | What it is |", "|---|---|---|---|"]
    return "\n".join([f"### {name}\n", f"{said(model)}\n", *([*head, *rows, ""] if rows else [])])


def holds(model: type[Definition], key: str) -> str:
    """Return what a key may hold, in words."""
    return worded(part_of(model)["properties"][key])


@cache
def part_of(model: type[Definition]) -> dict[str, Any]:
    """Return the JSON Schema of a model, without those it holds."""
    part = model.model_json_schema()
    found: dict[str, Any] = part.get("$defs", {}).get(model.__name__, part)
    return found


def needed(model: type[Definition], key: str) -> str:
    return "yes" if key in part_of(model).get("required", ()) else ""


def worded(part: dict[str, Any]) -> str:
    """Return what a part of a JSON Schema takes, in words."""
    if "anyOf" in part:
        return " or ".join(dict.fromkeys(worded(one) for one in part["anyOf"] if one != NOTHING))
    if "$ref" in part:
        return f"*{part['$ref'].rpartition('/')[2]}*"
    if values := part.get("enum") or [part[key] for key in ("const",) if key in part]:
        return " or ".join(f"`{value}`" for value in values)
    kind = part.get("type", "")
    inner = part.get("items") or part.get("additionalProperties") or inside(part)
    name = WORDS.get(kind, "anything")
    return f"{name}: {worded(inner)}" if isinstance(inner, dict) and inner else name


def inside(table: dict[str, Any]) -> object:
    """Return what stands under the keys of a table whose keys have a pattern."""
    return next(iter(table.get("patternProperties", {}).values()), None)


NOTHING = {"type": "null"}
WORDS = {
    "array": "a list",
    "boolean": "`true` or `false`",
    "integer": "a whole number",
    "number": "a number",
    "object": "a table",
    "string": "text",
}


def kinds() -> tuple[type[Field], ...]:
    return tuple(model for _, model in sorted(KINDS.items()))


def described(model: type[Definition]) -> list[type[Definition]]:
    """Return a model and those it holds, each once, from the outside in."""
    names = reached({"$ref": f"/{model.__name__}"}, all_parts(model))
    # A form and a process have steps of their own: those beside the model go before the others.
    every = sorted(subclasses(Definition), key=lambda one: one.__module__ == model.__module__)
    known = {each.__name__: each for each in every}
    inner = [known[name] for name in sorted(names - {model.__name__})]
    return [model, *inner]


@cache
def all_parts(model: type[Definition]) -> dict[str, Any]:
    wanted = [(each, "validation") for each in (model, *(kinds() if model in ASKING else ()))]
    _, whole = models_json_schema(wanted)  # type: ignore[arg-type] # a list of pairs, as it asks
    parts: dict[str, Any] = whole["$defs"]
    if model in ASKING:
        parts["Field"] = {
            **parts["Field"],
            "x": [{"$ref": f"/{each.__name__}"} for each in kinds()],
        }
    return parts


def subclasses(model: type[Definition]) -> Iterator[type[Definition]]:
    for each in model.__subclasses__():
        yield each
        yield from subclasses(each)


def said(model: type[BaseModel]) -> str:
    """Return what a model says of itself, on one line a paragraph."""
    paragraphs = inspect.cleandoc(model.__doc__ or "").split("\n\n")
    return "\n\n".join(" ".join(part.split("\n")) for part in paragraphs)


@cache
def keys(model: type[Definition]) -> dict[str, str]:
    """Return what every key of a model means: the words that stand below it."""
    found: dict[str, str] = {}
    for each in reversed(model.__mro__):
        if issubclass(each, Definition) and each is not Definition:
            found |= below(each)
    return {info.alias or name: found.get(name, "") for name, info in model.model_fields.items()}


def below(model: type[Definition]) -> Iterator[tuple[str, str]]:
    """Yield the names in a class that have words below them, with the words."""
    [tree] = ast.parse(textwrap.dedent(inspect.getsource(model))).body
    assert isinstance(tree, ast.ClassDef)  # noqa: S101 - we asked for the source of one
    for one, other in zip(tree.body, tree.body[1:], strict=False):
        if (
            isinstance(one, ast.AnnAssign)
            and isinstance(one.target, ast.Name)
            and isinstance(other, ast.Expr)
            and isinstance(other.value, ast.Constant)
        ):
            yield one.target.id, inspect.cleandoc(str(other.value.value)).replace("\n", " ")
