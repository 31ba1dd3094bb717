"""How a person reaches what is on a page: with a pointer, or with the keyboard alone."""

from playwright.sync_api import Locator, Page

MOST_TABS = 120
FOCUSED = "element => element === document.activeElement"


class Pointer:
    """Clicks what can be seen: the words of a label, not the box beside it."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def choose(self, box: Locator) -> None:
        label = self.page.locator(f'label[for="{box.get_attribute("id")}"]')
        label.click()
        assert box.is_checked()

    def write(self, line: Locator, words: str) -> None:
        label = self.page.locator(f'label[for="{line.get_attribute("id")}"]')
        label.click()
        assert line.evaluate(FOCUSED), "a click on the label goes to the field"
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(words)

    def press(self, button: Locator) -> None:
        button.click()


class Keyboard:
    """Tab, arrows, Space and Enter, and nothing else."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def reach(self, goal: Locator) -> None:
        for _ in range(MOST_TABS):
            if goal.evaluate(FOCUSED):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"cannot be reached with Tab: {goal}")

    def choose(self, box: Locator) -> None:
        if box.get_attribute("type") == "checkbox":
            self.reach(box)
            self.page.keyboard.press("Space")
        else:
            self.choose_radio(box)
        assert box.is_checked()

    def choose_radio(self, box: Locator) -> None:
        group = self.page.locator(f'input[name="{box.get_attribute("name")}"]')
        for _ in range(MOST_TABS):
            if group.evaluate_all("all => all.includes(document.activeElement)"):
                break
            self.page.keyboard.press("Tab")
        if box.evaluate(FOCUSED):
            self.page.keyboard.press("Space")
        for _ in range(group.count()):
            if box.is_checked():
                return
            self.page.keyboard.press("ArrowDown")

    def write(self, line: Locator, words: str) -> None:
        self.reach(line)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(words)

    def press(self, button: Locator) -> None:
        self.reach(button)
        self.page.keyboard.press("Enter")
