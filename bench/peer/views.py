"""Begin, a question, check, hand in, receipt."""

import secrets

from django.db import transaction
from django.forms import Form
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from bench.peer.models import Report
from bench.peer.questions import PAGES, Declaration

ORDER = list(PAGES)


@csrf_exempt
@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """Begin anew. As with ours, there is nothing yet that another site could misuse."""
    request.session.flush()
    request.session["typed"] = {}
    return see(ORDER[0])


def question(request: HttpRequest, page: str) -> HttpResponse:
    """Show a question, or keep what was typed there and go on."""
    typed = request.session.get("typed")
    if typed is None or page not in PAGES:
        return redirect("/")
    if (waits := first_waiting(typed)) and ORDER.index(page) > ORDER.index(waits):
        return see(waits)
    if request.method != "POST":
        form = bound(page, typed[page]) if page in typed else PAGES[page]()
        return shown(request, page, form)
    form = PAGES[page](request.POST)
    if not form.is_valid():
        return shown(request, page, form, status=422)
    typed[page] = {name: request.POST.getlist(name) for name in form.fields}
    request.session.modified = True
    place = ORDER.index(page) + 1
    return see(ORDER[place] if place < len(ORDER) else "granska")


def review(request: HttpRequest) -> HttpResponse:
    """Show everything, or hand it in: judged again, stored, and only then told."""
    typed = request.session.get("typed")
    if typed is None:
        return see("kvitto")
    if waits := first_waiting(typed):
        return see(waits)
    forms = {page: bound(page, typed[page]) for page in ORDER}
    if wrong := next((page for page, form in forms.items() if not form.is_valid()), None):
        return see(wrong)
    declared = Declaration(request.POST or None)
    if request.method != "POST" or not declared.is_valid():
        rows = [(field, page) for page, form in forms.items() for field in form]
        context, status = {"rows": rows, "declaration": declared}, 422 if declared.is_bound else 200
        return render(request, "peer/review.html", context, status=status)
    answers = {page: form.cleaned_data for page, form in forms.items()}
    reference = secrets.token_hex(8).upper()
    with transaction.atomic():
        urgent = answers["fara"]["fara"] == "ja"
        Report.objects.create(reference=reference, answers=answers, urgent=urgent)
        del request.session["typed"]
        request.session["reference"] = reference
        request.session.save()
    return see("kvitto")


def receipt(request: HttpRequest) -> HttpResponse:
    reference = request.session.get("reference")
    if reference is None:
        return redirect("/")
    return render(request, "peer/receipt.html", {"reference": reference})


def see(page: str) -> HttpResponse:
    """Lead to a page (303), as after every POST."""
    return HttpResponse(status=303, headers={"Location": f"/anmalan/{page}"})


def shown(request: HttpRequest, page: str, form: Form, status: int = 200) -> HttpResponse:
    place = ORDER.index(page)
    context = {
        "form": form,
        "page": page,
        "number": place + 1,
        "total": len(ORDER),
        "back": ORDER[place - 1] if place else "",
    }
    return render(request, "peer/question.html", context, status=status)


def bound(page: str, typed: dict[str, list[str]]) -> Form:
    """Return a page's form with what was typed in it."""
    data = QueryDict(mutable=True)
    for name, values in typed.items():
        data.setlist(name, values)
    return PAGES[page](data)


def first_waiting(typed: dict[str, object]) -> str | None:
    return next((page for page in ORDER if page not in typed), None)
