"""A text that nobody has written stops nobody: its name stands in its place, told once."""

from app.runner.texts import Interface, Text
from tests.conftest import STANDS_IN


def test_its_name_stands_in_its_place_and_the_operator_is_told_once(monkeypatch, caplog):
    monkeypatch.setattr(Interface, "absent", STANDS_IN)
    t = Interface({"start.title": Text("Vad gäller det?", "sv")})
    assert t("start.title") == "Vad gäller det?"
    for _ in range(3):
        shown = t("start.forms.orossamtal", name="Kim")
        assert (shown, shown.lang) == ("start.forms.orossamtal", "sv")
    assert [line.getMessage() for line in caplog.records] == ["text.absent"]
