"""The letters of a case: who can get which, what hinders the others, and each as it is printed.

That a letter is made is written down before anything of it is shown, with whom it names. It is made
anew each time that it is shown: what somebody has taken back since is not there.
"""

import io
import zipfile
from collections.abc import Iterable, Mapping
from functools import partial

from fastapi import APIRouter, Response

from app.casework import cases, rights
from app.casework import letters as making
from app.casework.access import Staff
from app.casework.group import letters, lists
from app.casework.group.composed import Composed
from app.casework.group.hindered import LetterHindered
from app.casework.group.papers import Paper
from app.casework.refusals import Changed
from app.casework.rights import Act
from app.errors import PageMissing
from app.typesetting import printing
from app.typesetting.printing import PdfNotMade
from app.web.http.addresses import see
from app.web.http.posted import first
from app.web.shown import words
from app.web.shown.views import LinkView
from app.web.staff import case, grouped, letter_paper, letters_shown, tabs
from app.web.staff.desk import AtDesk, Desk, Posting, SignedIn
from app.web.staff.errors import error_view
from app.web.staff.letter_views import LetterPageView, LettersPageView, LineView
from app.web.staff.letters_shown import NAME, Looked
from app.web.staff.out import file
from app.web.staff.views import ActionView

router = APIRouter()


@router.get(f"/inkorg/arenden/{{reference}}/{NAME}")
async def show_letters(desk: AtDesk, staff: SignedIn, reference: str) -> Response:
    """Every letter that can be made now and to whom, and what hinders the others.

    PageMissing where the process has no letters.
    """
    looked = await look(desk, staff, reference)
    item = looked.read.item
    made = [one for letter in looked.offered for one in lists.every(looked.source, letter)]
    view = LettersPageView(
        reference=item.reference,
        tabs=tabs.bar(looked.process, staff, item.reference, "letters"),
        families=tuple(letters_shown.family_views(looked, made)),
        waits=tuple(letters_shown.waits(looked, made)),
        bundles=tuple(letters_shown.bundles(looked, made)),
        act=ActionView(looked.at, desk.token(staff)),
        all_of=f"{looked.at}/alla",
        unread=looked.source.group.unread,
        back=f"{case.AT}/{item.reference}",
    )
    title = f"{desk.t('staff.letters.title')} {view.reference}"
    return desk.page("staff/letters.html", title=title, staff=staff, letters=view)


@router.post(f"/inkorg/arenden/{{reference}}/{NAME}")
async def make_letter(desk: AtDesk, posted: Posting, reference: str) -> Response:
    """Write down that a letter is made, and lead to it."""
    looked = await look(desk, posted.staff, reference)
    letter_id, _, key = first(posted.inputs, "brev").partition(":")
    made = [one for one in of_letter(looked, letter_id) if one.key == key]
    if not made:
        raise PageMissing
    try:
        number = await written(looked, [letters.require(one) for one in made])
    except (LetterHindered, Changed) as wrong:
        return refused(looked, made, wrong)
    return see(f"{looked.at}/{number}")


@router.post(f"/inkorg/arenden/{{reference}}/{NAME}/alla")
async def make_all(desk: AtDesk, posted: Posting, reference: str) -> Response:
    """Make a letter to everybody who can get it: a file for each, in one packet."""
    looked = await look(desk, posted.staff, reference)
    made = [one for one in of_letter(looked, first(posted.inputs, "brev")) if not one.hinders]
    if not made:
        raise PageMissing
    try:
        last = await written(looked, made)
    except Changed as wrong:
        return refused(looked, made, wrong)
    today = looked.source.on
    documents = [letter_paper.document(desk, one, on=today) for one in made]
    try:
        contents = await printing.pdfs(documents, at=desk.clock.now())
    except PdfNotMade as not_made:
        return no_pdf(looked, not_made)
    known = looked.read.item.reference
    numbers = range(last - len(made) + 1, last + 1)
    files = {f"{known}-{at}.pdf": one for at, one in zip(numbers, contents, strict=True)}
    return file(packed(files), f"{known}.zip", "application/zip")


@router.get(f"/inkorg/arenden/{{reference}}/{NAME}/{{number}}")
async def show_letter(desk: AtDesk, staff: SignedIn, reference: str, number: int) -> Response:
    """A letter that has been made, as it is printed."""
    looked = await look(desk, staff, reference)
    paper, made = again(looked, number)
    if isinstance(made, Response):
        return made
    t, language = desk.content.interfaces[made.code], desk.content.languages[made.code]
    view = LetterPageView(
        title=made.title,
        language=made.code,
        dir=language.dir,
        day=words.day(paper.on, t),
        lines=tuple(
            LineView(one.style, one.text, one.language if one.language != made.code else "")
            for one in made.lines
        ),
        choice=letter_paper.choice(desk, made),
        notes=tuple(letters_shown.notes(looked, made)),
        pdf=f"{looked.at}/{number}/pdf",
        back=looked.at,
    )
    title = f"{made.letter.title} {looked.read.item.reference}"
    return desk.page("staff/letter.html", title=title, staff=staff, letter=view)


@router.get(f"/inkorg/arenden/{{reference}}/{NAME}/{{number}}/pdf")
async def send_letter(desk: AtDesk, staff: SignedIn, reference: str, number: int) -> Response:
    """A letter that has been made, as PDF/UA-1, named by the case and its number."""
    looked = await look(desk, staff, reference)
    paper, made = again(looked, number)
    if isinstance(made, Response):
        return made
    try:
        content = await printing.pdf(
            letter_paper.document(desk, made, on=paper.on), at=desk.clock.now()
        )
    except PdfNotMade as not_made:
        return no_pdf(looked, not_made)
    return file(content, f"{looked.read.item.reference}-{number}.pdf", "application/pdf")


async def look(desk: Desk, staff: Staff, reference: str) -> Looked:
    """Return a case to make letters of. That it is read is written down first; NoSuchItem."""
    rights.require(staff, Act.WORK)
    rights.require(staff, Act.EXPORT)
    read = await grouped.opened(desk, staff, reference)
    process = desk.rules.processes.get(read.item.form_id)
    if process is None or not process.letters:
        raise PageMissing
    group = grouped.group_of(desk, process, read)
    today = desk.rules.calendar.day(desk.clock.now())
    source = letter_paper.source(desk, process, group, on=today, sender=staff.name)
    offered = tuple(
        letter
        for letter in process.letters
        if read.item.state in letter.from_ and not staff.roles.isdisjoint(letter.roles)
    )
    return Looked(desk, staff, process, read, source, offered)


def of_letter(looked: Looked, letter_id: str) -> tuple[Composed, ...]:
    """Return a letter to each, by its id; none where it is not one of those that can be made."""
    letter = next((one for one in looked.offered if one.id == letter_id), None)
    return lists.every(looked.source, letter) if letter else ()


async def written(looked: Looked, made: Iterable[Composed]) -> int:
    """Write down that letters are made; return the number of the last. Changed."""
    work = partial(
        making.make,
        rules=looked.desk.rules,
        staff=looked.staff,
        reference=looked.read.item.reference,
        version=looked.read.item.version,
        made=[
            making.Made(
                one.letter.id,
                one.key,
                one.name,
                tuple(person.id for person in one.about),
                one.purposes,
            )
            for one in made
        ],
        now=looked.desk.clock.now(),
    )
    done = await cases.carry_out(looked.desk.database, work)
    return done.version


def again(looked: Looked, number: int) -> tuple[Paper, Composed | Response]:
    """Return a paper of a number, and the letter as it would be now, or a page that says why not.

    PageMissing when there is none, or its letter is not in the process any more.
    """
    paper = next((one for one in looked.source.group.papers if one.number == number), None)
    letter = looked.process.letter(paper.letter) if paper else None
    if paper is None or letter is None:
        raise PageMissing
    for made in lists.every(looked.source, letter):
        if made.key != paper.to:
            continue
        if made.hinders:
            return paper, refused(looked, [made], LetterHindered(made.hinders))
        if lists.outdated(looked.source, made, paper):
            return paper, stopped(looked, looked.desk.t("staff.letters.outdated"))
        return paper, made
    return paper, stopped(looked, looked.desk.t("staff.letters.outdated"))


def refused(looked: Looked, made: Iterable[Composed], wrong: LetterHindered | Changed) -> Response:
    """Return the page that says why a letter is not made, or that somebody was quicker."""
    if isinstance(wrong, Changed):
        return stopped(looked, looked.desk.t("staff.letters.changed"))
    hinders = (letters_shown.said(looked, hinder) for one in made for hinder in one.hinders)
    return stopped(looked, "\n\n".join(dict.fromkeys(hinders)))


def stopped(looked: Looked, prose: str) -> Response:
    t = looked.desk.t
    back = LinkView(looked.at, t("staff.letters.back"))
    return error_view(looked.desk, 409, t("staff.letters.not_made"), prose, looked.staff, back=back)


def no_pdf(looked: Looked, wrong: PdfNotMade) -> Response:
    t = looked.desk.t
    back = LinkView(looked.at, t("staff.letters.back"))
    title, prose = t("staff.out.no_pdf_title"), t("staff.letters.no_pdf")
    return error_view(looked.desk, wrong.status, title, prose, looked.staff, back=back)


def packed(files: Mapping[str, bytes]) -> bytes:
    """Return files in one (ZIP), with nothing of when or where they were made."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as packet:
        for name, content in files.items():
            packet.writestr(zipfile.ZipInfo(name), content)
    return made.getvalue()
