"""The way between the parts of a case: links, the same on each of its pages."""

from app.casework import rights
from app.casework.access import Staff
from app.casework.rights import Act
from app.runner.process import Process, Step
from app.runner.tabs import Tab
from app.web.staff.views import TabView

AT = "/inkorg/arenden"
OWN_PAGE = {"report": "", "people": "/gruppen", "consents": "/samtycken", "letters": "/brev"}
"""Where what a tab shows has a page of its own."""
TAKES = {"people": Act.WORK, "consents": Act.WORK, "letters": Act.EXPORT}
"""What it takes to see a tab, besides to open cases."""


def bar(
    process: Process | None, staff: Staff, reference: str, current: Tab | str
) -> tuple[TabView, ...]:
    """Return the tabs of a case for who may open it; none where its process has none.

    `current` is the one in view, or what it shows.
    """
    return tuple(
        TabView(address(reference, tab), tab.label, current=current in (tab, tab.shows))
        for tab in those(process, staff)
    )


def those(process: Process | None, staff: Staff) -> tuple[Tab, ...]:
    """Return the tabs that somebody may see."""
    if process is None or not rights.may(staff, Act.OPEN):
        return ()
    return tuple(tab for tab in process.tabs if rights.may(staff, TAKES.get(tab.shows, Act.OPEN)))


def address(reference: str, tab: Tab) -> str:
    """Return where a tab of a case is."""
    return f"{AT}/{reference}{OWN_PAGE.get(tab.shows, f'/flik/{tab.id}')}"


def history(process: Process | None, staff: Staff) -> Tab | None:
    """Return the tab where all that was done stands; None when it stands with the report."""
    return next((tab for tab in those(process, staff) if tab.shows == "history"), None)


def of_step(process: Process, step: Step) -> Tab | None:
    """Return the tab that a step stands on; None when it stands on none."""
    return next((tab for tab in process.tabs if step.id in tab.steps), None)
