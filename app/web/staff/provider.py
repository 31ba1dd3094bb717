"""The municipality's OpenID provider, as we speak with it: OpenID Connect Core 1.0 by Authlib.

Only the staff process loads this, and only where a provider is set. The address is the
municipality's own setting; no redirect is followed, and nothing that a visitor sends decides where
we turn. What the provider says is believed when it is signed with its keys, for us, now, and in
answer to what this very browser asked.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from hmac import compare_digest
from typing import Any

from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.oauth2.claims import JWTClaims
from authlib.oidc.core import CodeIDToken
from httpx2 import HTTPError, InvalidURL, create_ssl_context
from joserfc import jwt
from joserfc.errors import ClaimError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from app.clock import Clock
from app.errors import ProviderAway, SignInRefused
from app.runner.contact import is_on_this_machine
from app.runner.sign_in import SignIn
from app.web.staff.attempt import Attempt

ANSWERED = "/logga-in/svar"
SIGNED_OUT = "/logga-in"
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]
"""Signatures with the provider's private key only: never `none`, never a secret that we share."""
LEEWAY = 60
"""Seconds that the provider's clock may differ from ours."""
PATIENCE, TIME_UP = 5.0, 8.0
"""Seconds for each step of one question to the provider, and for the whole of it."""
FRESH, AWAY_FOR = timedelta(seconds=5), timedelta(minutes=1)
"""So long it is believed that the provider is there since it just was; and that it is away."""
KEYS_ASKED_AGAIN = timedelta(seconds=10)
LOGOUT = "http://schemas.openid.net/event/backchannel-logout"
LOGOUT_GOOD_FOR = 600
NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")
GONE_WRONG = (HTTPError, InvalidURL, TimeoutError, OSError, ValueError, KeyError, TypeError)
"""What any question to the provider can end in; none of it is told further."""
CLOCKS = ("exp", "iat", "nbf")


class Provider:
    """The provider that the municipality has set, and what is remembered of it for a while."""

    def __init__(self, sign_in: SignIn, *, secret: str, origin: str, clock: Clock) -> None:
        self.sign_in, self.clock = sign_in, clock
        self._secret, self._origin = secret, origin
        self._trust = create_ssl_context()  # the machine's own certificates, the municipality's too
        self._said: Mapping[str, Any] = {}
        self._said_at: datetime | None = None
        self._away_at: datetime | None = None
        self._keys: KeySet | None = None
        self._keys_at: datetime | None = None

    async def answers(self) -> bool:
        """Tell whether the provider is there. Who has just been away is not waited for again."""
        if self._away_at and self.clock.now() - self._away_at < AWAY_FOR:
            return False
        try:
            await self.metadata()
        except ProviderAway:
            return False
        return True

    def leave_for_a_while(self) -> None:
        """Take the provider to be away: it does not answer as it must."""
        self._away_at = self.clock.now()

    async def way_in(self, attempt: Attempt) -> str:
        """Return the address where the browser is sent to sign in. ProviderAway."""
        said = await self.metadata()
        more: dict[str, str] = {"nonce": attempt.nonce}
        if self.sign_in.acr:
            more["acr_values"] = " ".join(self.sign_in.acr)
        if attempt.silent:
            more["prompt"] = "none"
        async with self._client() as client:
            address, _ = client.create_authorization_url(
                said["authorization_endpoint"],
                state=attempt.state,
                code_verifier=attempt.verifier,
                **more,
            )
        return str(address)

    async def claims(self, attempt: Attempt, answer: Mapping[str, str]) -> dict[str, Any]:
        """Return what the provider says of who has signed in, verified.

        `answer` is what the browser brought. SignInRefused when it can not be believed, or is a no;
        ProviderAway.
        """
        if not compare_digest(attempt.state.encode(), answer.get("state", "").encode()):
            raise SignInRefused("again")
        said = await self.metadata()
        # RFC 9207: an answer of another provider's must not be taken for this one's.
        named = said.get("authorization_response_iss_parameter_supported") is True
        if answer.get("iss", None if named else said["issuer"]) != said["issuer"]:
            raise SignInRefused("again")
        if "error" in answer:
            denied = answer["error"] == "access_denied"
            raise SignInRefused("cancelled" if denied else "again")
        token = await self._fetched(said, answer.get("code", ""), attempt)
        claims = await self._verified(
            CodeIDToken,
            str(token.get("id_token", "")),
            {"nonce": attempt.nonce, "access_token": token.get("access_token")},
        )
        if self.sign_in.groups_claim not in claims and "userinfo_endpoint" in said:
            more = await self._userinfo(said["userinfo_endpoint"], str(token["access_token"]))
            claims = {**more, **claims} if more.get("sub") == claims["sub"] else claims
        return claims

    async def signed_out(self, logout_token: str) -> Mapping[str, Any]:
        """Return of whom the provider says that they are signed out (`sub`, `sid`), verified.

        SignInRefused when it is no logout token for us (OpenID Connect Back-Channel Logout 1.0,
        2.6); ProviderAway.
        """
        claims = await self._verified(JWTClaims, logout_token, {})
        events, now = claims.get("events"), self.clock.now().timestamp()
        right = (
            isinstance(events, dict)
            and LOGOUT in events
            and "nonce" not in claims
            and ("sub" in claims or "sid" in claims)
            and now - float(claims.get("iat", 0)) < LOGOUT_GOOD_FOR
        )
        if not right:
            raise SignInRefused("again")
        return claims

    async def way_out(self) -> str:
        """Return where the browser is sent to sign out there too; "" when there is no such."""
        if not await self.answers():
            return ""
        out = (await self.metadata()).get("end_session_endpoint")
        if not out:
            return ""
        # No hint of who it is: an address is kept by browsers and proxies.
        asked = {
            "client_id": self.sign_in.client,
            "post_logout_redirect_uri": self._origin + SIGNED_OUT,
        }
        async with self._client() as client:
            return str(client.build_request("GET", out, params=asked).url)

    async def metadata(self) -> Mapping[str, Any]:
        """Return what the provider says of itself (OpenID Connect Discovery 1.0). ProviderAway."""
        now = self.clock.now()
        if self._said_at is None or now - self._said_at >= FRESH:
            issuer = self.sign_in.issuer
            address = issuer.rstrip("/") + "/.well-known/openid-configuration"
            self._said = checked(await self._read(address), issuer)
            self._said_at, self._away_at = now, None
        return self._said

    async def askew(self) -> timedelta:
        """Return how far the provider's clock is before ours, by the second. ProviderAway.

        A provider that does not say what time it is (RFC 9110 6.6.1) is believed to be right.
        """
        async with self._asking(), self._client() as client:
            got = await client.request("GET", self.sign_in.issuer, withhold_token=True)
            now = self.clock.now()
            return (
                parsedate_to_datetime(got.headers["date"]) - now
                if "date" in got.headers
                else timedelta()
            )

    async def keys(self) -> KeySet:
        """Return the provider's public keys, as they are now. ProviderAway."""
        read = await self._read((await self.metadata())["jwks_uri"])
        try:
            self._keys = KeySet.import_key_set(read)  # type: ignore[arg-type]
        except (JoseError, *GONE_WRONG) as error:
            raise ProviderAway("no key set") from error
        self._keys_at = self.clock.now()
        return self._keys

    async def _verified(
        self, kind: type[JWTClaims], token: str, more: Mapping[str, Any]
    ) -> dict[str, Any]:
        held = self._keys or await self.keys()
        try:
            try:
                read = decoded(token, held)
            except (JoseError, ValueError):
                # It may have changed its keys; whoever only claims so makes us ask now and then.
                if self._keys_at and self.clock.now() - self._keys_at < KEYS_ASKED_AGAIN:
                    raise
                read = decoded(token, await self.keys())
            claims = kind(
                read.claims,
                read.header,
                {
                    "iss": {"essential": True, "value": self.sign_in.issuer},
                    "aud": {"essential": True, "value": self.sign_in.client},
                },
                {"client_id": self.sign_in.client, **more},
            )
            claims.validate(now=int(self.clock.now().timestamp()), leeway=LEEWAY)
        except ClaimError as wrong:
            raise SignInRefused("clock" if wrong.claim in CLOCKS else "again") from wrong
        except (JoseError, ValueError, TypeError) as wrong:
            raise SignInRefused("again") from wrong
        return dict(claims)

    async def _fetched(
        self, said: Mapping[str, Any], code: str, attempt: Attempt
    ) -> Mapping[str, Any]:
        basic = ["client_secret_basic"]  # what holds when nothing is said (Discovery 1.0, 3)
        known = said.get("token_endpoint_auth_methods_supported", basic)
        method = basic[0] if basic[0] in known else "client_secret_post"
        async with self._asking(), self._client(token_endpoint_auth_method=method) as client:
            try:
                token: Mapping[str, Any] = await client.fetch_token(
                    said["token_endpoint"],
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=attempt.verifier,
                )
            except OAuthError as refused:
                if refused.error == "invalid_grant":
                    raise SignInRefused("again") from refused
                raise ProviderAway(f"the token endpoint says {refused.error}") from refused
            return token

    async def _userinfo(self, address: str, access_token: str) -> Mapping[str, Any]:
        return await self._read(address, authorization=f"Bearer {access_token}")

    async def _read(self, address: str, **headers: str) -> dict[str, Any]:
        async with self._asking(), self._client() as client:
            got = await client.request("GET", address, withhold_token=True, headers=headers)
            got.raise_for_status()
            read = got.json()
            if not isinstance(read, dict):
                raise TypeError("not an object")
            return read

    @asynccontextmanager
    async def _asking(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(TIME_UP):
                yield
        except GONE_WRONG as error:
            self.leave_for_a_while()
            # `from None`: what went wrong may repeat what was sent.
            raise ProviderAway(type(error).__name__) from None

    def _client(self, **more: str) -> AsyncOAuth2Client:
        return AsyncOAuth2Client(
            client_id=self.sign_in.client,
            client_secret=self._secret,
            scope=self.sign_in.scope,
            redirect_uri=self._origin + ANSWERED,
            code_challenge_method="S256",
            verify=self._trust,
            timeout=PATIENCE,
            follow_redirects=False,
            **more,
        )


def decoded(token: str, keys: KeySet) -> jwt.Token:
    registry = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
    return jwt.decode(token, keys, registry=registry)


def checked(said: Mapping[str, Any], issuer: str) -> Mapping[str, Any]:
    """Return what a provider says of itself, when it is who it shall be. ProviderAway."""
    if said.get("issuer") != issuer:
        raise ProviderAway("another issuer")
    addresses = [str(said.get(name, "")) for name in NEEDED]
    closed = is_on_this_machine(issuer)
    if not all(
        each.startswith("https://") or (closed and is_on_this_machine(each)) for each in addresses
    ):
        raise ProviderAway("an address is missing, or is not https")
    return said
