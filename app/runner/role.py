"""The roles that staff can have, as process files and a municipality's file name them."""

from enum import StrEnum
from typing import Literal


class Role(StrEnum):
    """What somebody is at a unit; what each may do there stands in `app/casework/rights.py`."""

    HANDLAGGARE = "handlaggare"
    GRUPPLEDARE = "gruppledare"
    SSPF = "sspf"
    REGISTRATOR = "registrator"
    LOGGRANSKARE = "loggranskare"
    ANDRA_GRANSKARE = "andra_granskare"
    """Reviews what those who review the log have read themselves."""
    ADMINISTRATOR = "administrator"


Taker = Literal[Role.HANDLAGGARE, Role.GRUPPLEDARE, Role.SSPF]
"""Those who may take steps; what else roles may do stands with the rights."""
