"""The five programs that look for faults: three in the page, two in its HTML."""

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from playwright.sync_api import Page

from tests.browser.states import State

NPM = Path(os.environ.get("NODE_PATH") or Path(__file__).parents[1] / "node_modules")
AXE, IBM, SNIFFER, NU, HTML_VALIDATE = (
    "axe-core",
    "accessibility-checker-engine",
    "html_codesniffer",
    "vnu-jar",
    "html-validate",
)
NAMES = {
    AXE: "axe-core",
    IBM: "IBM Equal Access",
    SNIFFER: "HTML_CodeSniffer",
    NU: "Nu HTML Checker",
    HTML_VALIDATE: "html-validate",
}
RUN_AXE = """rules => axe.run(document, rules).then(found => found.violations.flatMap(fault =>
  fault.nodes.map(node => `${fault.id}: ${node.target.join(" ")} ${node.failureSummary ?? ""}`)))"""
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
EVERY_RULE = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}
COLOURS = {
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
    "resultTypes": ["violations"],
}
RUN_IBM = """() => new ace.Checker().check(document, ["WCAG_2_2"]).then(report => report.results
  .filter(found => found.value[0] === "VIOLATION" && found.value[1] === "FAIL")
  .map(found => `${found.ruleId}: ${found.path.dom} ${found.message}`))"""
RUN_SNIFFER = """() => new Promise(done => HTMLCS.process("WCAG2AA", document, () => done(
  HTMLCS.getMessages().filter(found => found.type === HTMLCS.ERROR)
  .map(found => `${found.code}: ${found.element.outerHTML?.slice(0, 120)} ${found.msg}`))))"""


@cache
def source(path: str) -> str:
    return (NPM / path).read_text("utf-8")


def version(package: str) -> str:
    """The name of an engine and the version that looks."""
    number = json.loads((NPM / package / "package.json").read_text("utf-8"))["version"]
    return f"{NAMES[package]} {number}"


IN_THE_PAGE = {
    "axe": "axe-core/axe.min.js",
    "ace": "accessibility-checker-engine/ace.js",
    "HTMLCS": "html_codesniffer/build/HTMLCS.js",
}


def attend(page: Page) -> None:
    """Be in every page this window shows from now on: to be sent to each takes half the time."""
    session = page.context.new_cdp_session(page)
    session.send("Page.enable")
    for path in IN_THE_PAGE.values():
        session.send("Page.addScriptToEvaluateOnNewDocument", {"source": source(path)})


def must_be_in(page: Page, name: str) -> None:
    if not page.evaluate("name => name in globalThis", name):
        page.evaluate(source(IN_THE_PAGE[name]))


def axe(page: Page, rules: object = EVERY_RULE) -> list[str]:
    """WCAG 2.0, 2.1 and 2.2 A and AA, and axe's own best practice."""
    must_be_in(page, "axe")
    found: list[str] = page.evaluate(RUN_AXE, rules)
    return found


def ibm(page: Page) -> list[str]:
    """IBM Equal Access, policy WCAG 2.2."""
    must_be_in(page, "ace")
    found: list[str] = page.evaluate(RUN_IBM)
    return found


def sniffer(page: Page) -> list[str]:
    """HTML_CodeSniffer, WCAG 2 AA, errors."""
    must_be_in(page, "HTMLCS")
    found: list[str] = page.evaluate(RUN_SNIFFER)
    return found


def write(states: Sequence[State], folder: Path) -> dict[str, State]:
    """Write each state to a file of its own; return them by the file's name."""
    named = {f"{number:04}.html": state for number, state in enumerate(states)}
    for name, state in named.items():
        (folder / name).write_text(state.html, "utf-8")
    return named


def nu(states: Sequence[State], folder: Path) -> list[str]:
    """The HTML standard's own checker: errors and warnings. Java is started once for all pages."""
    named = write(states, folder)
    java = os.environ.get("SKYDDSNAT_JAVA") or shutil.which("java")
    assert java, "no Java; `make test` fetches one"
    jar = NPM / "vnu-jar" / "build" / "dist" / "vnu.jar"
    command = [
        java,
        "-Xss2m",
        "-jar",
        str(jar),
        "--format",
        "json",
        "--exit-zero-always",
        "--stdout",
    ]
    done = subprocess.run([*command, str(folder)], capture_output=True, text=True, check=True)
    return [
        f"{named[Path(found['url']).name].name}: {found['message']} {found.get('extract', '')}"
        for found in json.loads(done.stdout)["messages"]
        if found["type"] == "error" or found.get("subType") == "warning"
    ]


def html_validate(states: Sequence[State], folder: Path) -> list[str]:
    """html-validate with its presets "standard" and "a11y"."""
    named = write(states, folder)
    config = folder / ".htmlvalidate.json"
    presets = ["html-validate:standard", "html-validate:a11y"]
    config.write_text(json.dumps({"root": True, "extends": presets}))
    node = os.environ.get("SKYDDSNAT_NODE") or shutil.which("node")
    assert node, "no Node.js; `make test` fetches one"
    program = NPM / "html-validate" / "bin" / "html-validate.mjs"
    report = folder / "report.json"
    words = ["--formatter", f"json={report}", "--config", str(config), str(folder)]
    done = subprocess.run([node, str(program), *words], capture_output=True, text=True, check=False)
    assert report.exists(), done.stderr
    return [
        f"{named[Path(file['filePath']).name].name}: {found['ruleId']}: {found['message']}"
        for file in json.loads(report.read_text("utf-8"))
        for found in file["messages"]
    ]
