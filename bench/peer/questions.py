"""The pages: as many, with as many fields of the same kinds, as an anonymous neighbour meets."""

from django import forms

YES_NO = (("ja", "Ja"), ("nej", "Nej"), ("vet_inte", "Vet inte"))


def radios(label: str, *choices: tuple[str, str], required: bool = True) -> forms.ChoiceField:
    """Return one choice of several."""
    return forms.ChoiceField(
        label=label, choices=choices, required=required, widget=forms.RadioSelect
    )


def words(label: str, hint: str = "", *, required: bool = False) -> forms.CharField:
    """Return a text of some length."""
    return forms.CharField(
        label=label,
        help_text=hint,
        required=required,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )


def line(label: str, hint: str = "", *, required: bool = False) -> forms.CharField:
    return forms.CharField(label=label, help_text=hint, required=required, max_length=200)


class Danger(forms.Form):
    fara = radios("Är barnet i fara just nu?", *YES_NO)


class Role(forms.Form):
    roll = radios(
        "Vem är du?",
        ("privat", "Granne, släkting, vän eller någon annan"),
        ("arbete", "Jag anmäler i mitt arbete"),
        ("ung", "Jag är under 18 år och det gäller mig"),
    )


class Anonymous(forms.Form):
    anonym = radios("Vill du vara anonym?", ("ja", "Ja"), ("nej", "Nej"))


class Relation(forms.Form):
    relation = radios(
        "Hur känner du barnet?",
        ("granne", "Granne"),
        ("slakting", "Släkting"),
        ("van", "Vän till familjen"),
        ("annan", "På annat sätt"),
        required=False,
    )


class Child(forms.Form):
    namn = line("Vad heter barnet?", "Skriv ”vet inte” om du inte vet.", required=True)
    alder = forms.IntegerField(label="Hur gammalt är barnet?", required=False, min_value=0)
    personnummer = line("Personnummer eller födelsedatum, om du vet")


class Protected(forms.Form):
    skyddad = radios("Har barnet skyddade personuppgifter?", *YES_NO, required=False)


class Place(forms.Form):
    plats = words("Var bor barnet, eller var brukar barnet vara?", "Adress, skola eller förskola.")


class Siblings(forms.Form):
    syskon = radios("Finns det fler barn i hemmet?", *YES_NO, required=False)


class Adults(forms.Form):
    vuxna_namn = line("Namn på en vårdnadshavare eller en annan vuxen")
    vuxna_telefon = line("Telefon till den vuxna")


class Interpreter(forms.Form):
    tolk = radios("Behöver familjen tolk?", *YES_NO, required=False)


class Concern(forms.Form):
    slag = forms.MultipleChoiceField(
        label="Vad oroar dig?",
        help_text="Välj allt som stämmer.",
        widget=forms.CheckboxSelectMultiple,
        choices=(
            ("vald", "Våld eller hot i hemmet"),
            ("omsorg", "Barnet får inte den omsorg det behöver"),
            ("missbruk", "Alkohol eller droger hos en vuxen"),
            ("psykisk", "En vuxen mår psykiskt dåligt"),
            ("franvaro", "Barnet är borta från skolan"),
            ("brott", "Barnet begår brott"),
            ("utnyttjas", "Barnet utnyttjas av andra"),
            ("annat", "Något annat"),
        ),
    )


class Seen(forms.Form):
    beskriv = words(
        "Berätta vad du har sett eller hört",
        "Skriv med egna ord. Du behöver inte vara säker.",
        required=True,
    )


class More(forms.Form):
    kalla = words("Hur vet du det?")
    borjan = words("När började det?")
    risk = words("Vad kan hända om ingen gör något?")


class Known(forms.Form):
    barnet_vet = radios("Vet barnet om att du anmäler?", *YES_NO, required=False)
    vardnadshavarna_vet = radios("Vet vårdnadshavarna om det?", *YES_NO, required=False)


class BeforeContact(forms.Form):
    var_nu = line("Var är barnet nu?")
    tank_pa = words("Finns det något att tänka på innan någon hör av sig?")


class Good(forms.Form):
    bra = words("Vad fungerar bra för barnet?")


class Earlier(forms.Form):
    tidigare = radios("Har du anmält det här tidigare?", *YES_NO, required=False)


class Declaration(forms.Form):
    last = forms.BooleanField(
        label="Jag har läst igenom det jag skrivit.",
        widget=forms.CheckboxInput(attrs={"value": "yes"}),
    )


PAGES: dict[str, type[forms.Form]] = {
    "fara": Danger,
    "roll": Role,
    "anonym": Anonymous,
    "relation": Relation,
    "barnet": Child,
    "skyddad": Protected,
    "plats": Place,
    "syskon": Siblings,
    "vuxna": Adults,
    "tolk": Interpreter,
    "slag": Concern,
    "beskriv": Seen,
    "mer": More,
    "vet_om": Known,
    "infor_kontakt": BeforeContact,
    "bra": Good,
    "tidigare": Earlier,
}
"""In their order, by the last part of their address."""
