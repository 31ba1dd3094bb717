"""A member of staff: signs in with a link, looks at the queue, opens, works with cases."""

import re

from app.casework import access
from tests.web.visitor import STAFF, Screen, Visitor


class Clerk(Visitor):
    """Somebody at the staff site."""

    def __init__(self, app, unit: str, name: str = "Ina Handläggare", *, sign_in=True) -> None:
        super().__init__(app, STAFF)
        self.unit, self.name = unit, name
        self.desk = app.state.parts
        if sign_in:
            self.use(self.link())

    def link(self) -> str:
        """The address of a fresh one-time link."""
        now, database = self.desk.clock.now(), self.desk.database
        code = database.write_now(lambda c: access.new_link(c, unit=self.unit, now=now))
        return f"/logga-in/{code}"

    def use(self, link: str) -> Screen:
        self.go(link)
        return self.press({"namn": self.name})

    def enter(self, unit: str) -> Screen:
        """Have another of their units in view, by the button at the top of every page."""
        data = {"_token": re.findall(r'name="_token" value="([^"]+)"', self.screen.html)[0]}
        return self.send("/byt-enhet", data | {"enhet": unit})

    def queue(self, tab: str = "nu") -> list[str]:
        """The references in a tab of the queue, in its order."""
        return re.findall(r"/inkorg/arenden/([A-Z0-9-]+)", self.go(f"/inkorg?flik={tab}").html)

    def act(self, name: str, **inputs: str) -> Screen:
        """Press the button on the case in view whose form goes to this act."""
        forms = self.screen.page.all("form")
        form = next(form for form in forms if form.attributes["action"].endswith(f"/{name}"))
        return self.send(form.attributes["action"], {**self.screen.sent(form), **inputs})

    def open(self, reference: str) -> Screen:
        return self.go(f"/inkorg/arenden/{reference}")
