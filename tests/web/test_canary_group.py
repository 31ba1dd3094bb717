"""What is written of the people of a case is sealed: no file, log, row, name or header has a word.

A marked request is worked with from its people to a letter about what was agreed, with what goes
wrong on the way. That the looking finds what is planted is tested in `test_canary`.
"""

import pytest

from app.casework.group import lists
from tests.web.canary import MARK, files, hits, stored
from tests.web.reporters import REKTOR_GROUP
from tests.web.test_group import ASSESSED, take
from tests.web.test_letters import AGREED, MEETING, PLANNED, adult, letters, links, make, offered
from tests.web.test_lists import MAY, SHEET, says

BO, MIA = f"{MARK} Alm", f"Mia {MARK}"


@pytest.fixture
def clerk(clerk_of):
    return clerk_of("sspf")


@pytest.fixture
def case(report, clerk):
    """A case with marked people, whose meeting is planned and of whom somebody has said yes."""
    reference = report(REKTOR_GROUP)
    clerk.open(reference)
    clerk.act("ta")
    adult(clerk, reference, MIA, adress=f"{MARK}gatan 1", telefon="0300-83 40 00")
    mia = links(clerk, reference, "samtycke")[MIA]
    take(clerk, reference, "ung", "b0", namn=BO, skyddad="nej", alder="12", vuxna=mia, alla="ja")
    take(clerk, reference, "bedomning", **ASSESSED | {"bedomning": MARK})
    take(clerk, reference, "planera", **PLANNED | {"plats": f"{MARK}huset"})
    muntligt = {"hur": "muntligt", "hur-muntligt-text": MARK}
    told = {**MAY, "uppgifter": "annat", "uppgifter-annat-text": f"Om {MARK}."}
    says(clerk, reference, "b0", mia, **muntligt, **told)
    return reference


def test_no_row_log_file_name_or_header_has_a_word_of_the_people(
    clerk, case, town, log, tmp_path, monkeypatch
):
    make(clerk, case, SHEET.format("Skolan"))
    make(clerk, case, f"Inbjudan till ett möte till {MIA}")
    take(clerk, case, "inte_med", "b1", skal=MARK)
    take(clerk, case, "mote", **MEETING | {"overens": MARK})
    came = {"kom": "alla", "tolk": "behovs_inte", "stod_svar": "inget_erbjudet"}
    take(clerk, case, "familj", "b0", overens=f"{BO} är hemma nio.", **came)
    screen = make(clerk, case, AGREED.format(MIA))
    assert MARK in screen.text, "there was something to find"
    sent = [clerk.client.get(f"{screen.path}/pdf")]
    form = letters(clerk, case).page.all("form")[-1]
    packet = {**clerk.screen.sent(form), "brev": "overenskommelse"}
    sent.append(clerk.client.post(f"/inkorg/arenden/{case}/brev/alla", data=packet))
    assert [one.status_code for one in sent] == [200, 200]
    heads = "".join(f"{one.url} {one.headers}" for one in sent) + screen.path
    assert offered(letters(clerk, case))

    def broken(*parts, **_):
        raise ValueError(f"{MARK} {parts}")

    monkeypatch.setattr(lists, "every", broken)
    assert letters(clerk, case).status == 500
    places = {
        "database": stored(town.database),
        "log": log.getvalue().encode(),
        "heads": heads.encode(),
        **files([tmp_path]),
    }
    assert hits(places) == []
