"""Signing in by the municipality's own sign-in: to it and back, and out when it says so.

The way back comes from another site, and so without our own cookie, which is strict: what the way
out left in a cookie of its own says who asked. The answer is a page that goes on by itself, for
then it is our own page that leads to the next.
"""

from urllib.parse import quote

from fastapi import APIRouter, Request, Response

from app import logs
from app.casework import access, vouched
from app.errors import PageMissing, ProviderAway, SignInRefused
from app.web.http import posted, session
from app.web.http.addresses import see
from app.web.staff import attempt as attempts
from app.web.staff.attempt import Attempt
from app.web.staff.desk import COOKIE, AtDesk, Desk, cookie_of, home_of
from app.web.staff.sign_in_pages import TO_PROVIDER, going_on, refused

router = APIRouter()
ASK_THEM = {"again", "weak", "cancelled"}
"""What only the person can help: their session there has ended, or more is asked of them."""
ASK_LATER = {"away", "clock"}
UNCACHED = {"cache-control": "no-store"}


@router.get(TO_PROVIDER)
async def begin(request: Request, desk: AtDesk, till: str = attempts.HOME) -> Response:
    """Lead to the municipality's sign-in."""
    return await lead(request, desk, to=till, silent=False)


@router.get("/logga-in/svar")
async def answered(request: Request, desk: AtDesk) -> Response:
    """Take the provider's answer: open the session, or say why not. Nothing is lost by trying."""
    answer = dict(request.query_params)
    name = attempts.cookie_of(answer.get("state", ""))
    kept = request.cookies.get(session.cookie_name(name, secure=desk.secure), "")
    attempt = Attempt.read(kept)
    try:
        response = await taken(desk, attempt, answer)
    except (SignInRefused, ProviderAway) as no:
        response = await not_taken(desk, attempt, no)
    session.forget(response, name, secure=desk.secure)
    return response


async def taken(desk: Desk, attempt: Attempt | None, answer: dict[str, str]) -> Response:
    provider = desk.provider
    if provider is None:
        raise PageMissing
    if attempt is None:
        raise SignInRefused("again")
    claims = await provider.claims(attempt, answer)
    now = desk.clock.now()
    who = vouched.let_in(provider.sign_in, claims, now=now)
    opened = await desk.database.write(
        lambda connection: vouched.go_on(
            connection, who, replacing=attempt.replacing, silent=attempt.silent, now=now
        )
    )
    to = home_of(opened.staff) if attempt.to == attempts.HOME else attempt.to
    response = going_on(desk, to)
    session.give(response, COOKIE, opened.cookie, secure=desk.secure)
    return response


async def not_taken(
    desk: Desk, attempt: Attempt | None, why: SignInRefused | ProviderAway
) -> Response:
    """Return what there is instead of being let in; who was only asked in silence works on."""
    here = attempt or Attempt(b"")
    said = why.why if isinstance(why, SignInRefused) else "away"
    if here.silent and said in ASK_THEM:
        return going_on(desk, f"{TO_PROVIDER}?till={quote(here.to)}")
    if here.silent and said in ASK_LATER and desk.provider:
        desk.provider.leave_for_a_while()
        return going_on(desk, here.to)
    now = desk.clock.now()
    await desk.database.write(
        lambda connection: vouched.refuse(connection, replacing=here.replacing, now=now)
    )
    return refused(desk, said, status=why.status, to=here.to)


@router.post("/logga-in/utloggad")
async def signed_out_there(request: Request, desk: AtDesk) -> Response:
    """The provider says that somebody is signed out (OpenID Connect Back-Channel Logout 1.0)."""
    if desk.provider is None:
        raise PageMissing
    inputs = await posted.inputs(request)
    try:
        claims = await desk.provider.signed_out(posted.first(inputs, "logout_token"))
    except SignInRefused:
        return Response(status_code=400, headers=UNCACHED)
    issuer, now = desk.provider.sign_in.issuer, desk.clock.now()
    subject = access.subject_of(issuer, str(claims["sub"])) if claims.get("sub") else ""
    theirs = vouched.session_of(issuer, claims.get("sid"))
    await desk.database.write(
        lambda connection: vouched.sign_out_everywhere(
            connection, subject=subject, provider_session=theirs, now=now
        )
    )
    return Response(status_code=200, headers=UNCACHED)


async def lead(request: Request, desk: Desk, *, to: str, silent: bool) -> Response:
    """Lead the browser to the provider, and leave in it what the answer shall be held against."""
    if desk.provider is None:
        raise PageMissing
    cookie, now = cookie_of(request, desk), desk.clock.now()
    # Even one that has lain idle too long: what was written under it can then still be sent.
    replacing = await desk.database.read(lambda c: vouched.session_in(c, cookie, now=now))
    attempt = Attempt(desk.random(session.SECRET_BYTES), attempts.own(to), replacing, silent)
    try:
        response = see(await desk.provider.way_in(attempt))
    except ProviderAway as away:
        logs.failure("staff.provider_away", away)
        return refused(desk, "away", status=away.status, to=attempt.to)
    name = attempts.cookie_of(attempt.state)
    session.give(response, name, attempt.kept(), secure=desk.secure, samesite="lax")
    return response
