"""A reader of HTML for tests: stricter than browsers, which forgive."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"base", "br", "hr", "img", "input", "link", "meta"}


@dataclass
class Element:
    """An element of a page: its tag, its attributes, what it stands in, and the words in it."""

    tag: str
    attributes: dict[str, str]
    inside: tuple[str, ...]
    order: int
    words: str = ""
    within: list["Element"] = field(default_factory=list)


class Page(HTMLParser):
    """A page, read strictly: what is opened is closed, in order, and nothing is said twice."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[Element] = []
        self.open: list[Element] = []
        self.feed(html)
        self.close()
        assert not self.open, f"never closed: {[element.tag for element in self.open]}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"<{tag}> says an attribute twice: {names}"
        element = Element(
            tag,
            {name: value if value is not None else "" for name, value in attrs},
            tuple(outer.tag for outer in self.open),
            len(self.elements),
            within=list(self.open),
        )
        self.elements.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open[-1].tag == tag, f"</{tag}> closes <{self.open[-1].tag}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        for element in self.open:
            element.words += data

    def all(self, *tags: str) -> list[Element]:
        return [element for element in self.elements if element.tag in tags]

    def ids(self) -> list[str]:
        return [element.attributes["id"] for element in self.elements if "id" in element.attributes]

    def by_id(self, name: str) -> Element:
        return next(element for element in self.elements if element.attributes.get("id") == name)

    def controls(self) -> list[Element]:
        """Every input that a person fills in."""
        return [
            element
            for element in self.all("input", "textarea", "select")
            if element.attributes.get("type") != "hidden"
        ]
