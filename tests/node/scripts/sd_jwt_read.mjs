// Reads a document made by the codec, as an independent verifier does.
// In: {text, nonce, now, status?}. Out: {payload, kb, status} or {error}.
import { X509Certificate } from "node:crypto";
import { text as readAll } from "node:stream/consumers";
import { ES256, digest } from "@sd-jwt/crypto-nodejs";
import { getListFromStatusListJWT } from "@sd-jwt/jwt-status-list";
import { SDJwtVcInstance } from "@sd-jwt/sd-jwt-vc";

const { text, nonce, now, status } = JSON.parse(await readAll(process.stdin));
const decode = (part) => JSON.parse(Buffer.from(part, "base64url"));
const certified = (x5c) => new X509Certificate(Buffer.from(x5c[0], "base64")).publicKey.export({ format: "jwk" });
const verifyWith = (jwk) => async (data, signature) => (await ES256.getVerifier(jwk))(data, signature);

const header = decode(text.split(".")[0]);
const instance = new SDJwtVcInstance({
  hasher: digest,
  verifier: verifyWith(certified(header.x5c)),
  kbVerifier: (data, signature, payload) => verifyWith(payload.cnf.jwk)(data, signature),
  statusListFetcher: async () => status,
  statusVerifier: async (data, signature) =>
    verifyWith(certified(decode(data.split(".")[0]).x5c))(data, signature),
});

try {
  const { payload, kb } = await instance.verify(text, { currentDate: now, keyBindingNonce: nonce });
  const entry = payload.status?.status_list;
  const value = entry && status ? getListFromStatusListJWT(status).getStatus(entry.idx) : null;
  console.log(JSON.stringify({ payload, kb: kb ?? null, status: value }));
} catch (error) {
  console.log(JSON.stringify({ error: String(error.message) }));
}
