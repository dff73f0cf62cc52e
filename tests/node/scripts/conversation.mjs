// What the client scripts share: a line of JSON in, a line of JSON out, keys, and what a refusal is called.
import { webcrypto } from "node:crypto";
import { createInterface } from "node:readline/promises";

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

export const read = async () => (await lines.next()).value;

export const write = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);

/** A private JWK of P-256, as openid-client wants it. */
export async function signingKey({ kid, ...jwk }) {
  const key = await webcrypto.subtle.importKey("jwk", jwk, { name: "ECDSA", namedCurve: "P-256" }, false, ["sign"]);
  return { key, kid };
}

/** The error code that `refused` ends in: of the answer, of its challenge (WWW-Authenticate), or the library's. */
export async function codeOf(refused) {
  try {
    await refused();
  } catch (error) {
    const challenge = Array.isArray(error.cause) ? error.cause[0]?.parameters?.error : undefined;
    return error.error ?? challenge ?? error.code ?? String(error);
  }
  return "accepted";
}
