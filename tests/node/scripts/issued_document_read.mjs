// Reads an issued document with its status list and type metadata, as an independent verifier would.
// In: {text, now, statusList, metadata (base64 of the octets)}. Out: {payload, name, paths} or {error}.
import { X509Certificate, createHash } from "node:crypto";
import { text as readAll } from "node:stream/consumers";
import { ES256, digest } from "@sd-jwt/crypto-nodejs";
import { SDJwtVcInstance } from "@sd-jwt/sd-jwt-vc";

const { text, now, statusList, metadata } = JSON.parse(await readAll(process.stdin));
const decode = (part) => JSON.parse(Buffer.from(part, "base64url"));
const certified = (x5c) => new X509Certificate(Buffer.from(x5c[0], "base64")).publicKey.export({ format: "jwk" });
const byHeader = async (data, signature) =>
  (await ES256.getVerifier(certified(decode(data.split(".")[0]).x5c)))(data, signature);

const instance = new SDJwtVcInstance({
  hasher: digest,
  verifier: byHeader,
  statusVerifier: byHeader,
  statusListFetcher: async () => statusList,
  loadTypeMetadataFormat: true,
  vctFetcher: async (vct, integrity) => {
    const octets = Buffer.from(metadata, "base64");
    const found = `sha256-${createHash("sha256").update(octets).digest("base64")}`;
    if (found !== integrity) throw new Error(`integrity of ${vct} is ${found}, not ${integrity}`);
    return JSON.parse(octets);
  },
});

try {
  const { payload, typeMetadata } = await instance.verify(text, { currentDate: now });
  const { mergedTypeMetadata: type } = typeMetadata;
  const paths = type.claims.map((claim) => claim.path);
  console.log(JSON.stringify({ payload, name: type.display[0].name, paths }));
} catch (error) {
  console.log(JSON.stringify({ error: String(error.message) }));
}
