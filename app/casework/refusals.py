"""Why something could not be done with a case. Then nothing of it was written."""

from datetime import datetime

from app.errors import SkyddsnatError


class Changed(SkyddsnatError):
    """Somebody else has done something with the case since it was seen; nothing was written.

    `version` is what the case has now; `by`, `what` (an entry's kind), `step` and `at` what was
    done last, where that is known.
    """

    status = 409

    def __init__(
        self,
        version: int,
        *,
        by: str = "",
        what: str = "",
        step: str = "",
        at: datetime | None = None,
    ) -> None:
        super().__init__(f"version {version}")
        self.version, self.by, self.what, self.step, self.at = version, by, what, step, at


class StepImpossible(SkyddsnatError):
    """It can not be done with the case from where it is; nothing was written."""

    status = 409


class NotAgreed(SkyddsnatError):
    """With these answers it takes that somebody else has taken another step, `step`, first."""

    status = 409

    def __init__(self, step: str) -> None:
        super().__init__(f"{step} by somebody else comes first")
        self.step = step


class NotSecondRead(NotAgreed):
    """Who decides needs a second reader, and nobody has read the case as it is now."""

    def __init__(self) -> None:
        super().__init__("second_read")


class NotTested(SkyddsnatError):
    """It would tell who reported, and nobody has tested whether that may be told."""

    status = 409


class StepUnanswered(SkyddsnatError):
    """Something on the page of the step must be put right first; nothing was written."""

    status = 422


class NotExtended(SkyddsnatError):
    """The time can not be made longer: it is over, does not run, or would be no longer."""

    status = 409


class NotReceived(SkyddsnatError):
    """The case would be closed, and the receiver it was handed over to has not confirmed it."""

    status = 409


class ClocksRunning(SkyddsnatError):
    """The case would be closed, and something still must be done; `clocks` says what, by id."""

    status = 409

    def __init__(self, clocks: tuple[str, ...]) -> None:
        super().__init__(", ".join(clocks))
        self.clocks = clocks


class MonthNotOver(SkyddsnatError):
    """The month can not be drawn yet: it is not over, or not all of it is in the chain."""

    status = 409


class MonthGone(SkyddsnatError):
    """The beginning of the month has had its time in the trail: it can not be drawn anew."""

    status = 409


class OwnReading(SkyddsnatError):
    """Nobody reviews what they have read themselves; nothing was written."""

    status = 409


class NotAllMarked(SkyddsnatError):
    """The month can not be signed: something in it has not been reviewed."""

    status = 409
