"""Staff see where they are signed in, with time and way and no trace of browser or network."""

import re

import pytest

from app.runner.role import Role

UNIT = "barn-och-unga"
HERE = "/din-inloggning"


@pytest.fixture
def ida(somebody):
    return lambda name="Ida Ek": somebody(name, **{UNIT: {Role.HANDLAGGARE}})


def rows(clerk):
    return re.findall(r'name="vilken" value="([^"]+)"', clerk.go(HERE).html)


def test_each_session_is_told_with_its_times_and_way(ida, clock):
    first = ida()
    first.go("/inkorg")
    clock.move(minutes=20)
    ida().go("/inkorg")
    screen = first.go(HERE)
    told = "2026-11-24"
    assert f"{told} 09.50 {told} 09.50 Länk, i en övning Logga ut" in screen.text
    assert f"{told} 09.30 {told} 09.50 Länk, i en övning Den här" in screen.text
    assert "testclient" not in screen.html


def test_one_can_be_ended_and_the_others_go_on(ida):
    here, lost, third = ida(), ida(), ida()
    sessions = rows(here)
    assert len(sessions) == 2
    lost_id = next(each for each in sessions if each not in rows(lost))
    token = re.search(r'name="_token" value="([^"]+)"', here.go(HERE).html)[1]
    assert here.send("/logga-ut-en", {"_token": token, "vilken": lost_id}).path == HERE
    open_still = {third.go("/inkorg").heading, lost.go("/inkorg").heading}
    assert open_still == {"Kö", "Du behöver logga in"}
    assert here.go("/inkorg").heading == "Kö"


def test_somebody_else_s_is_not_told_nor_ended(ida):
    ida_here, bo = ida(), ida("Bo Al")
    assert rows(bo) == []
    other = ida("Bo Al")
    [bo_s] = rows(bo)
    token = re.search(r'name="_token" value="([^"]+)"', ida_here.go(HERE).html)[1]
    ida_here.send("/logga-ut-en", {"_token": token, "vilken": bo_s})
    assert other.go("/inkorg").heading == "Kö"
