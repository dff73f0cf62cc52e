// An independent client signs its request (JAR), pushes it (PAR), and reads a signed and encrypted answer (JARM).
// In, line 1: {issuer, clientId, signingKey, decryptionKey (JWKs), redirectUri, scope, acr}.
// Out, line 1: {authorizationUrl}. In, line 2: the address the browser came back to. Out, line 2: what was found.
import { webcrypto } from "node:crypto";
import * as client from "openid-client";
import { codeOf, read, write } from "./conversation.mjs";

const told = JSON.parse(await read());

async function imported({ kid, use, alg, ...jwk }, name, usage) {
  return { key: await webcrypto.subtle.importKey("jwk", jwk, { name, namedCurve: "P-256" }, false, [usage]), kid };
}

const signing = await imported(told.signingKey, "ECDSA", "sign");
const metadata = {
  id_token_signed_response_alg: "ES256",
  authorization_signed_response_alg: "ES256",
  use_mtls_endpoint_aliases: false,
};
const config = await client.discovery(new URL(told.issuer), told.clientId, metadata, client.PrivateKeyJwt(signing), {
  execute: [client.allowInsecureRequests, client.useJwtResponseMode],
});
client.enableDecryptingResponses(config, ["A128GCM"], {
  ...(await imported(told.decryptionKey, "ECDH", "deriveBits")),
  alg: "ECDH-ES",
});

const verifier = client.randomPKCECodeVerifier();
const [state, nonce] = [client.randomState(), client.randomNonce()];
const parameters = {
  redirect_uri: told.redirectUri,
  scope: told.scope,
  code_challenge: await client.calculatePKCECodeChallenge(verifier),
  code_challenge_method: "S256",
  prompt: "consent",
  max_age: "3600",
  claims: JSON.stringify({ id_token: { acr: { essential: true, value: told.acr } } }),
  state,
  nonce,
};
const signed = await client.buildAuthorizationUrlWithJAR(config, parameters, signing);
const pushed = await client.buildAuthorizationUrlWithPAR(config, signed.searchParams);
write({ authorizationUrl: pushed.href });

const callback = new URL(await read());
const checks = { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true, maxAge: 3600 };
const tokens = await client.authorizationCodeGrant(config, callback, checks);
const unsigned = new URLSearchParams({ ...parameters, client_id: told.clientId, response_type: "code" });
const other = await webcrypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign", "verify"]);
const forged = await client.buildAuthorizationUrlWithJAR(config, parameters, { key: other.privateKey, kid: signing.kid });
write({
  sent: Object.fromEntries(pushed.searchParams),
  answered: [...callback.searchParams.keys()],
  parts: callback.searchParams.get("response").split(".").length,
  claims: tokens.claims(),
  unsignedPush: await codeOf(() => client.buildAuthorizationUrlWithPAR(config, unsigned)),
  forgedPush: await codeOf(() => client.buildAuthorizationUrlWithPAR(config, forged.searchParams)),
  unpushed: signed.href,
});
process.exit(0);
