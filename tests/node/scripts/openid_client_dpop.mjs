// An independent client whose tokens are bound to its key: code, userinfo and refresh with DPoP (RFC 9449), nonces where
// the provider demands them, private_key_jwt where it has a key, a pushed request where the provider takes one.
// In, line 1: {issuer, clientId, privateKey? (JWK), dpopAlg, redirectUri, scope, acr, push}.
// Out, line 1: {authorizationUrl}. In, line 2: the address the browser came back to. Out, line 2: what was found.
import { createInterface } from "node:readline/promises";
import { webcrypto } from "node:crypto";
import * as client from "openid-client";

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const read = async () => (await lines.next()).value;
const write = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);
const told = JSON.parse(await read());

async function authentication() {
  if (!told.privateKey) return client.None();
  const { kid, ...jwk } = told.privateKey;
  const key = await webcrypto.subtle.importKey("jwk", jwk, { name: "ECDSA", namedCurve: "P-256" }, false, ["sign"]);
  return client.PrivateKeyJwt({ key, kid });
}

async function codeOf(refused) {
  try {
    await refused();
  } catch (error) {
    const challenged = Array.isArray(error.cause) ? error.cause[0]?.parameters?.error : undefined;
    return error.error ?? challenged ?? error.code;
  }
  return "accepted";
}

// Every answer is looked at: which of them demanded a nonce, and under which scheme the token was sent.
const seen = [];
const config = await client.discovery(
  new URL(told.issuer),
  told.clientId,
  { id_token_signed_response_alg: "ES256", dpop_bound_access_tokens: true },
  await authentication(),
  { execute: [client.allowInsecureRequests] },
);
config[client.customFetch] = async (url, options) => {
  const answer = await fetch(url, options);
  const body = answer.ok ? {} : await answer.clone().json().catch(() => ({}));
  seen.push({ path: new URL(url).pathname, status: answer.status, error: body.error ?? null, nonce: answer.headers.has("dpop-nonce") });
  return answer;
};
const pair = () => client.randomDPoPKeyPair(told.dpopAlg);
const DPoP = client.getDPoPHandle(config, await pair());
const other = client.getDPoPHandle(config, await pair());

const verifier = client.randomPKCECodeVerifier();
const [state, nonce] = [client.randomState(), client.randomNonce()];
const parameters = {
  redirect_uri: told.redirectUri,
  scope: told.scope,
  code_challenge: await client.calculatePKCECodeChallenge(verifier),
  code_challenge_method: "S256",
  prompt: "consent",
  claims: JSON.stringify({ id_token: { acr: { essential: true, value: told.acr } } }),
  state,
  nonce,
};
const pushes = told.push && config.serverMetadata().pushed_authorization_request_endpoint;
const url = pushes
  ? await client.buildAuthorizationUrlWithPAR(config, parameters, { DPoP })
  : client.buildAuthorizationUrl(config, parameters);
write({ authorizationUrl: url.href });

const callback = new URL(await read());
const checks = { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true };
const tokens = await client.authorizationCodeGrant(config, callback, checks, undefined, { DPoP });
const { sub } = tokens.claims();
const userinfo = await client.fetchUserInfo(config, tokens.access_token, sub, { DPoP });
const renewed = await client.refreshTokenGrant(config, tokens.refresh_token, undefined, { DPoP });
const again = await client.fetchUserInfo(config, renewed.access_token, sub, { DPoP });
write({
  claims: tokens.claims(),
  tokenTypes: [tokens.token_type, renewed.token_type],
  userinfo,
  sameSubject: again.sub === sub,
  rotated: renewed.refresh_token !== tokens.refresh_token,
  pushed: Boolean(pushes),
  asBearer: await codeOf(() => client.fetchUserInfo(config, renewed.access_token, sub)),
  byAnotherKey: await codeOf(() => client.fetchUserInfo(config, renewed.access_token, sub, { DPoP: other })),
  refreshWithoutProof: await codeOf(() => client.refreshTokenGrant(config, renewed.refresh_token)),
  refreshByAnotherKey: await codeOf(() =>
    client.refreshTokenGrant(config, renewed.refresh_token, undefined, { DPoP: other }),
  ),
  codeAgain: await codeOf(() => client.authorizationCodeGrant(config, callback, checks, undefined, { DPoP })),
  seen,
});
process.exit(0);
