"""Which browser tab writes to an open assignment: one at a time, also across machines (decision 0031).

A tab is named by ``<browser>.<page>``. Tabs of one browser agree among themselves who writes, and the last one that
opens an assignment has it; a tab of another browser has to take it over.
"""

from labelwright.errors import HeldElsewhere, InvalidParameter
from labelwright.store.rows import Assignment

MAX_LENGTH = 100


def checked(tab: str | None) -> str | None:
    """A tab's name as it came in.

    Raises:
        InvalidParameter: it is empty or too long.
    """
    if tab is not None and not 0 < len(tab) <= MAX_LENGTH:
        raise InvalidParameter.because(f'"tab" must have 1 to {MAX_LENGTH} characters', field="tab")
    return tab


def may_write(assignment: Assignment, tab: str | None) -> bool:
    """Whether nobody says to be elsewhere; callers without a name may write until a tab has opened the assignment."""
    return assignment.tab is None or assignment.tab == tab


def same_browser(assignment: Assignment, tab: str | None) -> bool:
    """Whether the tab that writes is one of the same browser."""
    return bool(assignment.tab and tab) and _browser(assignment.tab or "") == _browser(tab or "")


def need(assignment: Assignment, tab: str | None) -> None:
    """Let only the tab that has the assignment write to it.

    Raises:
        HeldElsewhere: another one has it.
    """
    if not may_write(assignment, tab):
        raise HeldElsewhere("This task is open in another tab or on another machine.", field="tab")


def _browser(tab: str) -> str:
    return tab.partition(".")[0]
