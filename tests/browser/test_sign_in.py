"""In a real browser, staff go to the municipality's own sign-in and back, and out again.

The provider lies on another site than ours, as a municipality's does: what a browser takes along
from one to the other, and where it lets itself be led, no test without one can tell.
"""

import pytest

from tests import service as real
from tests.oidc import provider as oidc
from tests.service import wait_until
from tests.web.test_sign_in import SETTINGS

HOST = "127.0.0.2"


@pytest.fixture(scope="module")
def provider():
    with oidc.running(HOST) as running:
        running.as_usual()
        yield running


@pytest.fixture(scope="module")
def own(provider, municipality, tmp_path_factory):
    """The service of a municipality with a sign-in of its own."""
    folder = tmp_path_factory.mktemp("own")
    file = folder / "kommunen.toml"
    settings = SETTINGS.format(issuer=provider.issuer, client=oidc.CLIENT)
    file.write_text(municipality.read_text("utf-8") + settings, "utf-8")
    (folder / "sign_in.secret").write_text(oidc.SECRET)
    with real.running(
        folder / "data", SKYDDSNAT_MUNICIPALITY=str(file), SKYDDSNAT_SECRETS=str(folder)
    ) as started:
        back = f"{started.staff}/logga-in/utloggad"
        provider.tell(origin=started.staff, backchannel=back)
        yield started


@pytest.fixture
def sign_in(open_browser, own, provider, watch):
    """Sign in from the beginning, in a browser that knows nobody."""
    watch.allowed += [own.staff, provider.issuer]

    def go(to="**/inkorg?alla=1", **options):
        page = open_browser(base_url=own.staff, **options).new_page()
        page.goto("/inkorg?alla=1")
        page.get_by_role("link", name="Logga in", exact=True).click()
        page.get_by_label("Vem är du?").fill("hanna")
        page.get_by_role("button", name="Logga in").click()
        page.wait_for_url(to)
        return page

    return go


@pytest.mark.parametrize("javascript", [True, False], ids=["with script", "without"])
def test_one_signs_in_and_comes_back_to_where_one_was(sign_in, javascript):
    page = sign_in(java_script_enabled=javascript)
    assert "Hanna Handläggare" in page.locator(".account").last.inner_text()
    cookies = {cookie["name"]: cookie for cookie in page.context.cookies(page.url)}
    assert set(cookies) == {"inkorg"}, "what the try kept is gone"
    assert cookies["inkorg"]["sameSite"] == "Strict"
    assert cookies["inkorg"]["httpOnly"]


def test_who_signs_out_is_signed_out_there_and_in_every_other_browser(sign_in, provider):
    here, elsewhere = sign_in(), sign_in()
    here.get_by_role("button", name="Logga ut").click()
    here.wait_for_url(f"{provider.issuer}/**")
    here.get_by_role("button", name="Logga ut överallt").click()
    here.wait_for_url("**/logga-in")

    def is_out():
        elsewhere.goto("/inkorg")
        return elsewhere.get_by_role("heading", level=1).inner_text() == "Logga in"

    wait_until(is_out)
    here.get_by_role("link", name="Logga in", exact=True).click()
    assert here.get_by_label("Vem är du?").is_visible(), "the session there has ended too"


def test_who_is_not_let_in_can_read_why_and_try_again(sign_in, provider):
    provider.tell(people={"hanna": {**oidc.HANNA, "groups": []}})
    page = sign_in(to="**/logga-in/svar?*")
    assert page.get_by_role("heading", level=1).inner_text() == "Du har ingen roll här"
    provider.as_usual()
    page.get_by_role("link", name="Försök igen").click()
    page.wait_for_url("**/inkorg?alla=1")
