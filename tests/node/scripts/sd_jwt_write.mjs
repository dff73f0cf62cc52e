// Issues and presents a document, and packs a status list, as an independent issuer and wallet do.
// In: {claims, frame, header, issuerKey, holderKey, show, kb?, statusValues}. Out: {document, presentation, ...}.
import { text as readAll } from "node:stream/consumers";
import { ES256, digest, generateSalt } from "@sd-jwt/crypto-nodejs";
import { StatusList } from "@sd-jwt/jwt-status-list";
import { SDJwtVcInstance } from "@sd-jwt/sd-jwt-vc";

const input = JSON.parse(await readAll(process.stdin));
const instance = new SDJwtVcInstance({
  hasher: digest,
  hashAlg: "sha-256",
  saltGenerator: generateSalt,
  signer: await ES256.getSigner(input.issuerKey),
  signAlg: ES256.alg,
  kbSigner: await ES256.getSigner(input.holderKey),
  kbSignAlg: ES256.alg,
});

const document = await instance.issue(input.claims, input.frame, { header: input.header });
const presentation = await instance.present(document, input.show, { kb: { payload: input.kb } });
console.log(
  JSON.stringify({
    document,
    presentation,
    flattened: instance.toFlattenJSON(presentation).toJson(),
    general: instance.toGeneralJSON(presentation).toJson(),
    statusList: new StatusList(input.statusValues, 2).compressStatusList(),
  }),
);
