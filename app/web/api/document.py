"""The API as a document that machines read: OpenAPI 3.1, made from the handlers and the models.

It is served at /api/v1/openapi.json and kept in docs/openapi.json; a test keeps the two alike.
"""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from app.web.api import messages
from app.web.api.errors import PROBLEM, TITLES, Problem, Word, problem

ADDRESS = "/api/v1/openapi.json"
TITLE, VERSION = "Skyddsnät: hämta och kvittera", "1.0.0"
ABOUT = """\
For a municipality's own system, which fetches the reports that have come in to one unit, or
confirms those it has been sent. Lease some, fetch each, store it, confirm it. What a report says is
sealed to your own key (JWE). docs/hand-over.md says the rest.
"""
SCHEMAS = "#/components/schemas/{model}"
MODELS = (
    messages.Deliveries,
    messages.Delivery,
    messages.Lease,
    messages.LeaseAsked,
    messages.ReleaseAsked,
)
WORDS: dict[int, tuple[Word, ...]] = {
    401: ("token-refused",),
    404: ("not-found",),
    409: ("not-leased", "not-fetched"),
    413: ("too-large",),
    422: ("bad-request",),
    503: ("unavailable",),
}


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return how these statuses are described, each with the problems it can be."""
    return {status: described(status) for status in (*statuses, 503)}


def described(status: int) -> dict[str, Any]:
    words = WORDS[status]
    said = {word: problem(word).model_dump(exclude_defaults=True) for word in words}
    return {
        "description": ". ".join(TITLES[word][1] for word in words),
        "content": {
            PROBLEM: {
                "schema": {"$ref": SCHEMAS.format(model="Problem")},
                "examples": {word: {"value": value} for word, value in said.items()},
            }
        },
    }


def document(app: FastAPI) -> dict[str, Any]:
    """Return the whole document."""
    whole = get_openapi(
        title=TITLE, version=VERSION, description=ABOUT.replace("\n", " "), routes=app.routes
    )
    schemas = whole["components"]["schemas"]
    problems = Problem.model_json_schema(ref_template=SCHEMAS)
    schemas |= {**problems.pop("$defs"), "Problem": problems}
    # FastAPI takes every null away, also where it is the example.
    for model in MODELS:
        schemas[model.__name__]["examples"] = model.model_json_schema()["examples"]
    # FastAPI adds an answer of its own, which is never given.
    for operation in (each for path in whole["paths"].values() for each in path.values()):
        if "application/json" in operation["responses"].get("422", {}).get("content", {}):
            del operation["responses"]["422"]
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    return dict(whole)
