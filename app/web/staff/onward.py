"""What can be done with a case from where it is, and which of it is next."""

from collections.abc import Container, Iterable, Iterator

from app.casework import rights, steps
from app.casework.access import Staff
from app.casework.opening import ReadItem
from app.casework.queue import QueueItem
from app.casework.rights import Act
from app.records.sent import Sent
from app.runner.process import Process, Step
from app.web.shown.views import LinkView
from app.web.staff import tabs
from app.web.staff.desk import Desk

AT = "/inkorg/arenden"


def possible(desk: Desk, process: Process | None, read: ReadItem, staff: Staff) -> Iterator[Step]:
    """Yield the steps that somebody may take from where the case is, in the process' order."""
    if process is None or not rights.may(staff, Act.WORK):
        return
    by = steps.takers(read.entries)
    had = {one.destination for one in read.sent}
    place = desk.municipality.forms[process.id].hand_over
    for step in process.steps_from(read.item.state):
        if step.hands_over and place in had:
            continue
        if steps.hinder(process, step, staff, by) is None:
            yield step


def awaited(process: Process | None, found: Iterable[Step], read: ReadItem) -> tuple[Step, ...]:
    """Return what is next, of what is possible.

    What ends the case is not, as long as anything else is: unless it confirms what somebody else
    has done, and so is waited for by them.
    """
    if process is None:
        return ()
    ends = {state.id for state in process.states if state.ends}
    those = tuple(step for step in found if is_awaited(process, step, read))
    return tuple(step for step in those if step.confirms or step.to not in ends) or those


def is_awaited(process: Process, step: Step, read: ReadItem) -> bool:
    """Tell whether a possible step is what is next.

    That is what stops a clock that runs. Where none does, it is what leads to a later state, once
    somebody has the case, but not out of the house before whoever got it has confirmed it.
    """
    running = {clock.clock for clock in read.clocks if clock.runs}
    if running:
        return any(clock.id in running for clock in process.stopped_by(step.id))
    if read.item.owner is None:
        return False
    if step.record == "external" and any(is_on_its_way(one) for one in read.sent):
        return False
    order = [state.id for state in process.states]
    return step.to in order[order.index(read.item.state) + 1 :]


def is_on_its_way(one: Sent) -> bool:
    return one.confirmed_at is None and one.released_at is None


def besides(
    process: Process | None, found: Iterable[Step], awaited: Container[Step]
) -> Iterator[Step]:
    """Yield the other steps that a case is offered with where it is opened.

    What is about one of the people is offered with them, and what stands on a tab stands there.
    """
    for step in found:
        elsewhere = step.about or (process and tabs.of_step(process, step))
        if step not in awaited and not elsewhere:
            yield step


def links(
    item: QueueItem, found: Iterable[Step], process: Process | None = None
) -> tuple[LinkView, ...]:
    """Return the way to the page of each step; with a process, to the tab where whom is chosen."""
    return tuple(LinkView(way(item.reference, process, step), step.title) for step in found)


def way(reference: str, process: Process | None, step: Step) -> str:
    tab = tabs.of_step(process, step) if process and step.about else None
    return tabs.address(reference, tab) if tab else f"{AT}/{reference}/steg/{step.id}"
