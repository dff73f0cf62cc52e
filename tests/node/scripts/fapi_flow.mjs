// An independent client of the FAPI 2.0 kind: private_key_jwt, and what is asked for of PAR, JAR, JARM and DPoP.
// In, line 1: {issuer, clientId, privateKey (JWK, P-256), redirectUri, scope, acr?, par?, jar?, jarm?, dpop?, idTokenAlg?,
// prompt?}. Out, line 1: {authorizationUrl}. In, line 2: the address the browser came back to. Out, line 2: what was found,
// and what became of each misuse: an error code, or "accepted".
import * as client from "openid-client";
import { codeOf, read, signingKey, write } from "./conversation.mjs";

const told = JSON.parse(await read());
const key = await signingKey(told.privateKey);
const metadata = { id_token_signed_response_alg: told.idTokenAlg ?? "ES256", authorization_signed_response_alg: "ES256" };
const config = await client.discovery(new URL(told.issuer), told.clientId, metadata, client.PrivateKeyJwt(key), {
  execute: [
    client.allowInsecureRequests,
    client.enableNonRepudiationChecks,
    ...(told.jarm ? [client.useJwtResponseMode] : []), // refuses an answer that is no JWT of the issuer's
  ],
});

const proofs = async () =>
  told.dpop ? { DPoP: client.getDPoPHandle(config, await client.randomDPoPKeyPair("ES256")) } : undefined;
const ours = await proofs(); // repeats a request by itself where the server gives a nonce
const others = await proofs();

async function authorizationUrl(parameters) {
  let asked = parameters;
  if (told.jar) {
    const url = await client.buildAuthorizationUrlWithJAR(config, asked, key);
    if (!told.par) return url;
    asked = url.searchParams;
  }
  return told.par
    ? client.buildAuthorizationUrlWithPAR(config, asked, ours)
    : client.buildAuthorizationUrl(config, asked);
}

const verifier = client.randomPKCECodeVerifier();
const [state, nonce] = [client.randomState(), client.randomNonce()];
const parameters = {
  redirect_uri: told.redirectUri,
  scope: told.scope,
  code_challenge: await client.calculatePKCECodeChallenge(verifier),
  code_challenge_method: "S256",
  state,
  nonce,
  ...(told.prompt && { prompt: told.prompt }),
  ...(told.acr && { claims: JSON.stringify({ id_token: { acr: { essential: true, value: told.acr } } }) }),
};
write({ authorizationUrl: (await authorizationUrl(parameters)).href });

const callback = new URL(await read());
const checks = { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true };
const tokens = await client.authorizationCodeGrant(config, callback, checks, undefined, ours);
const { sub } = tokens.claims();
const userinfo = await client.fetchUserInfo(config, tokens.access_token, sub, ours);

/** The access token as if it were a bearer's. */
async function asBearer(token) {
  const headers = { authorization: `Bearer ${token}` };
  const answer = await fetch(config.serverMetadata().userinfo_endpoint, { headers });
  return answer.ok ? "accepted" : (/error="([^"]+)"/.exec(answer.headers.get("www-authenticate"))?.[1] ?? answer.status);
}

async function refreshed() {
  const stolen = told.dpop && (await codeOf(() => client.refreshTokenGrant(config, tokens.refresh_token, undefined, others)));
  const renewed = await client.refreshTokenGrant(config, tokens.refresh_token, undefined, ours);
  const again = await client.fetchUserInfo(config, renewed.access_token, sub, ours);
  return {
    sameSubject: again.sub === sub,
    rotated: (renewed.refresh_token ?? tokens.refresh_token) !== tokens.refresh_token,
    ...(told.dpop && { refreshWithAnotherKey: stolen }),
  };
}

write({
  issuer: config.serverMetadata().issuer,
  pushed: told.par && !new URL(await authorizationUrl({ ...parameters, nonce: "n2" })).searchParams.has("scope"),
  answeredInJwt: callback.searchParams.has("response") && !callback.searchParams.has("code"),
  tokenType: tokens.token_type,
  claims: tokens.claims(),
  userinfo,
  ...(told.dpop && {
    asBearer: await asBearer(tokens.access_token),
    anotherKey: await codeOf(() => client.fetchUserInfo(config, tokens.access_token, sub, others)),
  }),
  ...(tokens.refresh_token && (await refreshed())),
  anotherState: await codeOf(() =>
    client.authorizationCodeGrant(config, callback, { ...checks, expectedState: "another" }, undefined, ours),
  ),
  codeAgain: await codeOf(() => client.authorizationCodeGrant(config, callback, checks, undefined, ours)),
});
process.exit(0);
