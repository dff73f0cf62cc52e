// This device's key: made here, never extractable, kept in IndexedDB; and the compact JWS that it signs (RFC 7515).
const NAME = "mock-vneid-phone";
const STORE = "device";
const THIS = "this";
const ALGORITHM = { name: "ECDSA", namedCurve: "P-256" };

// WebCrypto and the camera exist in secure contexts only: https, or localhost.
export const usable = globalThis.isSecureContext && Boolean(globalThis.crypto?.subtle) && Boolean(globalThis.indexedDB);

function asked(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

// Resolves when what was written is written: a page that is left before then takes it back.
async function within(mode, work) {
  const opening = indexedDB.open(NAME, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
  const transaction = (await asked(opening)).transaction(STORE, mode);
  const over = new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onabort = () => reject(transaction.error);
  });
  const result = await asked(work(transaction.objectStore(STORE)));
  await over;
  return result;
}

// { id, name, privateKey } of the device that this browser is bound as, or undefined.
export function load() {
  return within("readonly", (store) => store.get(THIS));
}

export function save(device) {
  return within("readwrite", (store) => store.put(device, THIS));
}

export function forget() {
  return within("readwrite", (store) => store.delete(THIS));
}

export async function makeKey() {
  const pair = await crypto.subtle.generateKey(ALGORITHM, false, ["sign", "verify"]);
  const { kty, crv, x, y } = await crypto.subtle.exportKey("jwk", pair.publicKey);
  return { privateKey: pair.privateKey, jwk: { crv, kty, x, y } };
}

function base64url(bytes) {
  const text = btoa(String.fromCharCode(...new Uint8Array(bytes)));
  return text.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

export function random() {
  return base64url(crypto.getRandomValues(new Uint8Array(24)));
}

export async function sign(privateKey, header, payload) {
  const encoder = new TextEncoder();
  const part = (value) => base64url(encoder.encode(JSON.stringify(value)));
  const input = `${part({ alg: "ES256", ...header })}.${part(payload)}`;
  const signature = await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, privateKey, encoder.encode(input));
  return `${input}.${base64url(signature)}`;
}
