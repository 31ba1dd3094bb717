"""The municipality's times and the clocks of its processes, as parts of the page of settings."""

from datetime import timedelta

from app.runner.casework import Escalation
from app.runner.clocks import Clock
from app.runner.hours_in_words import clock, in_words
from app.runner.own_options import Owns
from app.runner.process import Process
from app.runner.texts import Interface
from app.web.shown import words
from app.web.staff.desk import Desk
from app.web.staff.settings_views import PartView, fact, listed, place_name, title, yes_or_no


def times(desk: Desk) -> PartView:
    t, here = desk.t, desk.municipality
    work, review = here.casework, here.casework.review
    told = tuple(escalation(desk, each) for each in work.escalation)
    share = t("staff.settings.share_least", count=review.share, number=review.least)
    return PartView(
        "times",
        t("staff.settings.times"),
        facts=(
            fact(t("staff.settings.inbox"), here.inbox.hours),
            fact(t("staff.settings.today_until"), clock(work.today_until, t)),
            fact(t("staff.settings.next_weekday"), yes_or_no(t, work.next_weekday)),
            fact(t("staff.settings.eves"), listed(t, here.eves)),
            fact(t("staff.settings.told"), *(told or (t("staff.settings.nobody"),))),
            fact(
                t("staff.settings.emergency"), words.age(timedelta(hours=work.emergency.hours), t)
            ),
            fact(t("staff.settings.lend_days"), words.age(timedelta(days=work.lend_days), t)),
            fact(t("staff.settings.speaks_from"), str(work.speaks_from)),
            fact(t("staff.settings.delegation"), work.delegation),
            fact(t("staff.settings.measures"), labels(work.measures, t)),
            fact(t("staff.settings.purposes"), labels(work.purposes, t)),
            fact(t("staff.settings.outcomes_for_one"), labels(work.outcomes_for_one, t)),
            fact(t("staff.settings.share"), share),
            fact(t("staff.settings.at_work"), in_words(review.hours or here.inbox.open, t)),
            fact(t("staff.settings.emergency_told"), told_by(desk, review.emergency)),
            fact(t("staff.settings.emergency_to"), told_by(desk, work.emergency.to)),
        ),
    )


def labels(own: Owns, t: Interface) -> str:
    return listed(t, [each.label for each in own])


def clocks(desk: Desk) -> PartView:
    """Return the clocks of each form's process, with the municipality's own numbers in them."""
    t, known = desk.t, desk.rules.processes
    return PartView(
        "clocks",
        t("staff.times.clocks"),
        heads=(
            t("staff.times.clock"),
            t("staff.settings.form"),
            t("staff.settings.days"),
            t("staff.settings.counted"),
            t("staff.settings.law"),
        ),
        rows=tuple(
            (
                each.label,
                title(desk, form_id),
                how_long(each, known[form_id], t),
                t(
                    "staff.settings.all_days"
                    if each.counts == "all_days"
                    else "staff.settings.working_days"
                ),
                each.law or t("staff.settings.own_promise"),
            )
            for form_id in desk.municipality.forms
            if form_id in known
            for each in known[form_id].clocks
        ),
    )


def how_long(clock: Clock, process: Process, t: Interface) -> str:
    """Return how many days a clock has, and from which answer, when that is where it counts."""
    many = str(clock.days or t("staff.settings.same_day"))
    step = process.step(clock.starts)
    asked = {field.id: field.label for field in step.fields} if step else {}
    if clock.counts_from not in asked:
        return many
    said = "staff.settings.before_day" if clock.before else "staff.settings.after_day"
    return t(said, days=many, question=asked[clock.counts_from])


def escalation(desk: Desk, each: Escalation) -> str:
    """Return who is told of a case whose time is over, and when."""
    key = "staff.settings.told_before" if each.hours < 0 else "staff.settings.told_after"
    return desk.t(key, name=place_name(desk, each.to), hours=abs(each.hours))


def told_by(desk: Desk, name: str) -> str:
    """Return which destination tells somebody; that nobody is told, where there is none."""
    return place_name(desk, name) if name else desk.t("staff.settings.nobody")
