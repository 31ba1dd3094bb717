"""What must be true of the request for a stop meeting, on every way through it."""

from functools import cache

from tests.content import form, said
from tests.content.paths import Way, walk, ways


@cache
def every_way() -> tuple[Way, ...]:
    return tuple(ways(form("stoppmote")))


def notes(way: Way, page_id: str) -> dict[str, str]:
    """Return the notes shown on a page of a way: id to the form they offer."""
    return {
        note.id: note.offer or ""
        for note in way.journey.asked[page_id].page.notes
        if all(rule.holds(way.journey.chosen) for rule in note.ask_if)
    }


def test_nobody_is_anonymous():
    for way in every_way():
        required = {name for asked in way.journey.asked.values() for name in asked.required}
        assert required >= {"verksamhet", "ditt_namn", "vem"}


def test_everything_that_must_be_asked_is_asked():
    for way in every_way():
        required = {name for asked in way.journey.asked.values() for name in asked.required}
        assert required >= {"antal", "alder", "gor", "handelse", "sedan", "hur_ofta", "orosanmalan"}


def test_one_with_a_protected_identity_is_not_asked_for_phone_or_email_but_shown_a_number():
    protected = walk(form("stoppmote"), {"skyddad": "ja"})
    assert not protected.asked & {"telefon", "epost"}
    assert protected.journey.asked["kontakt_skyddad"].page.contacts == ("sspf",)
    assert protected.journey.flag("protected")
    assert walk(form("stoppmote"), {"skyddad": "nej"}).asked >= {"telefon", "epost"}


def test_one_young_person_is_pointed_to_the_report_of_concern_but_may_go_on():
    one = walk(form("stoppmote"), {"antal": "1"})
    assert notes(one, "en_ung") == {"orosanmalan": "orosanmalan"}
    assert one.finished
    assert "en_ung" not in walk(form("stoppmote"), {"antal": "2"}).journey.asked


def test_a_child_under_eleven_is_pointed_to_the_report_of_concern():
    assert notes(walk(form("stoppmote"), {"alder": "yngre"}), "orosanmalan") == {
        "yngre": "orosanmalan"
    }
    assert notes(walk(form("stoppmote"), {"alder": "15"}), "orosanmalan") == {}
    assert not form("stoppmote").page("orosanmalan").more


def test_an_adult_decides_about_the_parents():
    way = walk(form("stoppmote"), {"alder": "vuxen"})
    assert notes(way, "orosanmalan") == {"vuxna": ""}
    told = form("stoppmote").page("orosanmalan").notes
    text = next(note.text for note in told if note.id == "vuxna")
    assert "bara" in text
    assert "om personen själv säger ja" in text


def test_whoever_has_not_reported_all_the_children_is_offered_to_and_may_go_on():
    for answer in ("ja_nagra", "nej", "vet_inte", "inte_aktuellt"):
        way = walk(form("stoppmote"), {"orosanmalan": answer})
        assert notes(way, "orosanmalan_vidare") == {"orosanmalan": "orosanmalan"}
        assert way.finished
    assert (
        "orosanmalan_vidare"
        not in walk(form("stoppmote"), {"orosanmalan": "ja_alla"}).journey.asked
    )


def test_it_says_that_it_is_no_report_of_concern_no_police_report_and_no_tip():
    intro = form("stoppmote").intro
    assert "inte en orosanmälan" in intro
    assert "inte en polisanmälan och inte ett tips till polisen" in intro
    assert "får normalt läsa det som rör deras eget barn, och veta vem du är" in intro
    assert "ersätter inte en orosanmälan" in form("stoppmote").page("orosanmalan").intro
    assert "inte en polisanmälan" in form("stoppmote").page("polis").intro


def test_parents_are_said_to_read_of_their_own_child_alone_wherever_their_reading_is_told_of():
    told = {path: text for path, text in said("stoppmote").items() if "får normalt läsa" in text}
    assert told.keys() >= {"intro", "pages.du.intro"}
    for path, text in told.items():
        assert "Föräldrar till den som är under 18" in text, path
        assert "det som rör deras eget barn" in text, path
    assert "Det du skriver om andra barn visar vi inte för dem" in told["pages.du.intro"]


def test_clubs_and_companies_are_asked_not_to_paste_registers():
    for sender in ("forening", "fastighet", "trafik", "handel", "vakt", "annan"):
        assert "register" in notes(walk(form("stoppmote"), {"vem": sender}), "handelse")
    for authority in ("skola", "fritid", "myndighet"):
        assert notes(walk(form("stoppmote"), {"vem": authority}), "handelse") == {}


def test_whoever_asks_may_keep_a_copy():
    options = [
        option.id
        for _, field in form("stoppmote").fields()
        if field.id == "vem"
        for option in field.options
    ]
    assert all(walk(form("stoppmote"), {"vem": option}).journey.flag("copy") for option in options)


def test_the_receipt_promises_nothing_about_a_single_young_person():
    receipt = form("stoppmote").receipt
    for part in ("## Senast nästa vardag", "## Inom 14 dagar", "## Det här händer inte"):
        assert part in receipt
    assert "Vi kan inte berätta vad som händer med en enskild ung person" in receipt


def test_whoever_asks_learns_before_and_after_what_happens_and_what_they_are_not_told():
    folds = {fold.id: fold.text for fold in form("stoppmote").folds}
    for told in (folds["sedan"], form("stoppmote").receipt):
        assert "bjuder vi in familjerna" in told
        assert "Vi kan inte berätta vad som händer med en enskild ung person" in told
    assert "Ring oss och säg referensnumret" in form("stoppmote").receipt


def test_the_two_forms_know_each_other():
    there = {target.form: target.answers for target in form("stoppmote").hand_over}["orosanmalan"]
    back = {target.form: target.answers for target in form("orosanmalan").hand_over}["stoppmote"]
    assert there["handelse"] == "beskriv"
    assert {goal: source for source, goal in there.items()} == dict(back)
    kinds = {
        name: {field.id: field.kind for _, field in form(name).fields()}
        for name in ("stoppmote", "orosanmalan")
    }
    for source, goal in there.items():
        assert kinds["stoppmote"][source] == kinds["orosanmalan"][goal]


def part(title, language="sv"):
    """Return what the page about it says under a heading."""
    return form("stoppmote", language).about.text.split(f"## {title}\n")[1].split("## ")[0]


def test_whoever_is_invited_learns_that_it_is_their_own_choice_and_that_of_support_too():
    assert "Nej. Du väljer själv om du kommer." in part("Måste vi komma?")
    assert "No. You choose if you come." in part("Do we have to come?", "en")
    assert "Du väljer själv om du vill ha stöd" in part("Vad händer efteråt?")
    assert "Du väljer själv om du vill byta kontaktuppgifter" in part("Vad händer efteråt?")


def test_whoever_is_invited_learns_that_no_family_is_told_of_another_without_a_yes():
    told = part("Vad säger ni om mitt barn?")
    assert "inget om ditt barn för andra familjer utan ett ja" in told
    assert "Du får inte heller veta något om andras barn utan deras ja" in told
    assert "svarar alla vårdnadshavare. Säger en nej gäller det" in told
    assert "Äldre tonåringar svarar också själva" in told
    assert "ta tillbaka ditt ja när du vill" in told


def test_whoever_is_invited_is_not_promised_more_silence_than_the_law_has():
    assert "enligt lag lämna uppgifter till andra" in part("Vad säger ni om mitt barn?")
    assert "the law lets us or makes us" in part("What do you say about my child?", "en")
    assert "kan vi behöva göra en orosanmälan" in part("Måste vi komma?")
    assert "vad du än svarar" in part("Måste vi komma?")


def test_the_four_are_always_there():
    for who in ("ocialtjänsten", "polisen", "skolan", "fritiden"):
        assert who in part("Vilka är med?")


def test_whoever_is_18_decides_alone_and_their_parents_come_only_if_they_say_yes():
    told = part("Har du själv fyllt 18?")
    assert "Då bestämmer du själv" in told
    assert "bjuder inte in dina föräldrar om du inte säger ja" in told
    assert "do not invite your parents unless you say yes" in part(
        "Are you 18 or over yourself?", "en"
    )


def test_whoever_has_a_protected_identity_gets_a_call_and_no_letter():
    assert "skickar vi inga brev. Vi ringer i stället" in part("Har du skyddade personuppgifter?")


def test_both_languages_answer_the_same_questions_and_name_whom_to_call():
    asked = {
        code: [line for line in form("stoppmote", code).about.text.splitlines() if "## " in line]
        for code in ("sv", "en")
    }
    assert len(asked["sv"]) == len(asked["en"]) == 11
    assert form("stoppmote").about.contacts == form("stoppmote", "en").about.contacts == ("sspf",)
