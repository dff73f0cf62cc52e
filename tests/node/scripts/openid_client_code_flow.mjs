// An independent client signs in: discovery, PKCE, code, userinfo, refresh with rotation, end of session.
// In, line 1: {issuer, clientId, secret?, privateKey? (JWK), idTokenAlg, redirectUri, postLogoutRedirectUri, scope, acr}.
// Out, line 1: {authorizationUrl}. In, line 2: the address the browser came back to. Out, line 2: what was found.
import * as client from "openid-client";
import { codeOf, read, signingKey, write } from "./conversation.mjs";

const told = JSON.parse(await read());

async function authentication() {
  if (told.secret) return client.ClientSecretBasic(told.secret);
  return told.privateKey ? client.PrivateKeyJwt(await signingKey(told.privateKey)) : client.None();
}

const metadata = { id_token_signed_response_alg: told.idTokenAlg };
const config = await client.discovery(new URL(told.issuer), told.clientId, metadata, await authentication(), {
  execute: [client.allowInsecureRequests],
});
const verifier = client.randomPKCECodeVerifier();
const [state, nonce] = [client.randomState(), client.randomNonce()];
const url = client.buildAuthorizationUrl(config, {
  redirect_uri: told.redirectUri,
  scope: told.scope,
  code_challenge: await client.calculatePKCECodeChallenge(verifier),
  code_challenge_method: "S256",
  prompt: "consent",
  claims: JSON.stringify({ id_token: { acr: { essential: true, value: told.acr } } }),
  state,
  nonce,
});
write({ authorizationUrl: url.href });

const callback = new URL(await read());
const checks = { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true };
const tokens = await client.authorizationCodeGrant(config, callback, checks);
const { sub } = tokens.claims();
const userinfo = await client.fetchUserInfo(config, tokens.access_token, sub);
const renewed = await client.refreshTokenGrant(config, tokens.refresh_token);
const again = await client.fetchUserInfo(config, renewed.access_token, sub);
const endSession = client.buildEndSessionUrl(config, {
  id_token_hint: tokens.id_token,
  post_logout_redirect_uri: told.postLogoutRedirectUri,
  state: "goodbye",
});
write({
  issuer: config.serverMetadata().issuer,
  claims: tokens.claims(),
  userinfo,
  sameSubject: again.sub === sub,
  rotated: renewed.refresh_token !== tokens.refresh_token,
  oldRefreshToken: await codeOf(() => client.refreshTokenGrant(config, tokens.refresh_token)),
  newRefreshTokenAfterReuse: await codeOf(() => client.refreshTokenGrant(config, renewed.refresh_token)),
  codeAgain: await codeOf(() => client.authorizationCodeGrant(config, callback, checks)),
  endSessionUrl: endSession.href,
});
process.exit(0);
