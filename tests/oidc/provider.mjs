// A real OpenID provider (npm oidc-provider, certified), with people who sign in by their first name
// and are known by as much as the test says. The test tells it at /styr what shall be otherwise.

import { createServer } from "node:http";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import Provider from "oidc-provider";

const { host, port, client, secret, ...where } = JSON.parse(process.argv[2]);
const issuer = `http://${host}:${port}`;
const told = { people: {}, offset: 0, delay: 0, away: false, userinfo: false, ...where };
const BUILT_IN = ["userinfo", "origin", "backchannel"];
const now = Date.now;
Date.now = () => now() + told.offset * 1000;

function key() {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const jwk = privateKey.export({ format: "jwk" });
  return { ...jwk, kid: randomBytes(6).toString("hex"), use: "sig", alg: "ES256" };
}

// Its own page asks another site for letters.
function logoutSource(ctx, form) {
  ctx.body = `<!doctype html><html lang="sv"><title>Logga ut</title><link rel="icon" href="data:,">${form}
    <button form="op.logoutForm" name="logout" value="yes">Logga ut överallt</button></html>`;
}

function made() {
  return new Provider(issuer, {
    clients: [{
      client_id: client, client_secret: secret, redirect_uris: [`${told.origin}/logga-in/svar`],
      post_logout_redirect_uris: [`${told.origin}/logga-in`], backchannel_logout_uri: told.backchannel,
      backchannel_logout_session_required: true, response_types: ["code"],
      grant_types: ["authorization_code"], id_token_signed_response_alg: "ES256",
    }],
    jwks: { keys: [key()] },
    pkce: { required: () => true },
    acrValues: ["hog"],
    claims: { openid: ["sub", "acr", "amr", "sid"], profile: ["name", "groups"] },
    scopes: ["openid", "profile"],
    conformIdTokenClaims: told.userinfo,
    findAccount: async (_, id) => ({ accountId: id, claims: async () => ({ ...told.people[id], sub: id }) }),
    loadExistingGrant: async ({ oidc }) => {
      const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
      grant.addOIDCScope("openid profile");
      await grant.save();
      return grant;
    },
    interactions: { url: (_, { uid }) => `/visa-vem/${uid}` },
    features: { devInteractions: { enabled: false }, backchannelLogout: { enabled: true }, rpInitiatedLogout: { enabled: true, logoutSource } },
    // It would not send to this machine otherwise; nobody else is here.
    fetch: (address, { dispatcher: _, ...options }) => fetch(address, options),
    cookies: { keys: ["k".repeat(32)] },
    renderError: (ctx, out) => { ctx.type = "json"; ctx.body = out; },
  });
}

let provider = made();

async function body(request) {
  let whole = "";
  for await (const part of request) whole += part;
  return whole;
}

async function ask(request, response) {
  if (request.method === "GET") {
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.end(`<!doctype html><html lang="sv"><title>Kommunens inloggning</title><link rel="icon" href="data:,"><form method="post">
      <label>Vem är du? <input name="vem"></label><button name="svar" value="ja">Logga in</button>
      <button name="svar" value="nej">Avbryt</button></form></html>`);
    return;
  }
  const given = new URLSearchParams(await body(request));
  const who = given.get("vem");
  const result = given.get("svar") === "nej" || !told.people[who]
    ? { error: "access_denied", error_description: "cancelled" }
    : { login: { accountId: who, amr: told.people[who].amr, acr: told.people[who].acr } };
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
}

async function handle(request, response) {
  if (request.url === "/styr") {
    const asked = JSON.parse(await body(request));
    const anew = asked.rotate || BUILT_IN.some((name) => name in asked && asked[name] !== told[name]);
    Object.assign(told, asked);
    if (anew) provider = made();
    response.end("{}");
    return;
  }
  response.setHeader("date", new Date(Date.now()).toUTCString());
  await wait(told.delay);
  if (told.away) {
    request.socket.destroy();
  } else if (request.url.startsWith("/visa-vem/")) {
    await ask(request, response);
  } else {
    provider.callback()(request, response);
  }
}

createServer((request, response) => {
  // Who has gone away in the middle is not answered; the others are.
  handle(request, response).catch(() => request.socket.destroy());
}).listen(port, host, () => console.log("ready"));
