"""The test forms: every kind of field and all that a definition can say, in a made-up municipality.

They load as they stand, with hardly any interface. Tests that show pages call `assemble`, which
puts the real interface beside them.
"""

from pathlib import Path
from shutil import copytree, ignore_patterns

HERE = Path(__file__).parent
REAL = HERE.parents[1] / "forms" / "languages"
MUNICIPALITY = "provkommun"
FORMS_BEGIN = "\n# ===="
"""In a real language file, the interface stands before this mark and the forms after it."""


def assemble(into: Path) -> Path:
    """Copy the test forms, with the real interface, to a new folder. Return the folder."""
    copytree(HERE, into, ignore=ignore_patterns("*.py", "__pycache__", "languages"))
    (into / "languages").mkdir()
    for real in sorted(REAL.glob("*.toml")):
        interface = real.read_text("utf-8").partition(FORMS_BEGIN)[0]
        ours = HERE / "languages" / real.name
        text = ours.read_text("utf-8") if ours.exists() else ""
        forms = text[text.index("[prov") :] if "[prov" in text else ""
        (into / "languages" / real.name).write_text(f"{interface}\n\n{forms}", "utf-8")
    return into
