"""The structure of each form and process: what is asked, of whom and how, without the words.

`python -m tests.content.structure` prints the hashes that `structures.toml` keeps, one a version.
"""

import hashlib
import json

from app.runner.definition import Form
from app.runner.process import Process
from app.runner.texts import reword
from tests.content import FORM_IDS, read_form, read_process

ASIDE = {"__all__": {"help": True, "child": True, "fields": {"__all__": {"help", "child"}}}}
ONLY_READ = {
    "version": True,
    "locked": True,
    "card": True,
    "folds": True,
    "about": True,
    "lead": True,
    "tabs": True,
    "plan": True,
    "timeline": True,
    "reporter": True,
    "steps": {"__all__": {"reporter": True, "fields": {"__all__": {"identifies"}}}},
    "outcomes": {"__all__": {"investigation"}},
    "statistics": True,
    "pages": {"__all__": {"fields": ASIDE}},
}


def structure_hash(form: Form | Process) -> str:
    """Return the SHA-256 of a form or a process without its words: other words give the same hash.

    What is only read, on the start page, before one begins and folded at a question, is words too;
    in which order staff read it, and on which page, what it tells them of a child, what is counted,
    what is left out of a copy and how long it is kept, changes no question.
    """
    silent = reword(form, lambda _path, _text: "")
    data = silent.model_dump(mode="json", exclude=ONLY_READ, exclude_defaults=True)
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()


if __name__ == "__main__":
    for name in FORM_IDS:
        print(f'[{name}]\n{read_form(name).version} = "{structure_hash(read_form(name))}"\n')  # noqa: T201
        process = read_process(name)
        print(f'["processes/{name}"]\n{process.version} = "{structure_hash(process)}"\n')  # noqa: T201
