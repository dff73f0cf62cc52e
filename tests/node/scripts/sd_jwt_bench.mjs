// Issues and verifies again and again, for a comparison: CPU time as the kernel accounts for it, its threads included.
// In: first line {issuerKey, issuerPublic, claims, frame, header, texts, nonce, now}, then a line {what, times} each;
// out: a line {micros} for each of these.
import { createInterface } from "node:readline";
import { ES256, digest, generateSalt } from "@sd-jwt/crypto-nodejs";
import { SDJwtVcInstance } from "@sd-jwt/sd-jwt-vc";

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const { issuerKey, issuerPublic, claims, frame, header, texts, nonce, now } = JSON.parse((await lines.next()).value);
const instance = new SDJwtVcInstance({
  hasher: digest,
  hashAlg: "sha-256",
  saltGenerator: generateSalt,
  signer: await ES256.getSigner(issuerKey),
  signAlg: ES256.alg,
  verifier: await ES256.getVerifier(issuerPublic),
  kbVerifier: async (data, signature, payload) => (await ES256.getVerifier(payload.cnf.jwk))(data, signature),
  statusListFetcher: async () => { throw new Error("no status is asked for"); },
});
// The status is not looked up: the claim is not among the claims of these documents.
const work = {
  issue: () => instance.issue(claims, frame, { header }),
  verify: (turn) => instance.verify(texts[turn % texts.length], { currentDate: now, keyBindingNonce: nonce }),
};

for await (const line of lines) {
  const { what, times } = JSON.parse(line);
  const start = process.cpuUsage();
  for (let turn = 0; turn < times; turn += 1) await work[what](turn);
  const { user, system } = process.cpuUsage(start);
  console.log(JSON.stringify({ micros: user + system }));
}
