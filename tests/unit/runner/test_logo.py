"""A municipality's logo is carried inside the style sheet, or refused with the reason."""

from base64 import b64encode

import pytest

from app.runner import logo
from app.runner.logo import LogoRefused

SMALL = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M0 0h1v1z"/></svg>'


def test_no_logo_is_no_address(tmp_path):
    assert logo.address(tmp_path, "") == ""


@pytest.mark.parametrize(
    ("name", "media_type"),
    [("vapen.svg", "image/svg+xml"), ("vapen.PNG", "image/png"), ("vapen.webp", "image/webp")],
)
def test_a_small_picture_becomes_an_address_that_holds_it(tmp_path, name, media_type):
    (tmp_path / name).write_bytes(SMALL)
    assert logo.address(tmp_path, name) == f"data:{media_type};base64,{b64encode(SMALL).decode()}"


@pytest.mark.parametrize(
    ("name", "octets", "reason"),
    [
        ("finns-inte.svg", None, "finns inte"),
        ("vapen.gif", SMALL, "ska vara en fil bredvid"),
        ("../vapen.svg", SMALL, "ska vara en fil bredvid"),
        ("stor.png", b"x" * (logo.LARGEST + 1), f"högst {logo.LARGEST}"),
    ],
)
def test_a_logo_that_cannot_be_used_is_refused_with_the_reason(tmp_path, name, octets, reason):
    folder = tmp_path / "municipalities"
    folder.mkdir()
    if octets is not None:
        (folder / name).write_bytes(octets)
    with pytest.raises(LogoRefused, match=reason):
        logo.address(folder, name)
