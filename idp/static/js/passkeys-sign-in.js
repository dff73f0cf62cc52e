// The button that signs in with a passkey. It is there only where the browser can; the answer goes as a form.
import { assertion, complain, explain, json, options, settle, usable } from "./passkeys-webauthn.js";

const place = document.querySelector("[data-passkey]");
const form = place?.querySelector("[data-passkey-form]");
let busy = false;

async function start() {
  if (busy) return;
  busy = true;
  settle(place);
  try {
    const publicKey = assertion(await options(place, form));
    form.elements.credential.value = json(await navigator.credentials.get({ publicKey }));
    form.submit();
  } catch (problem) {
    complain(place, explain(place, problem));
  } finally {
    busy = false;
  }
}

if (place && usable) {
  place.hidden = false;
  place.querySelector("[data-passkey-start]").addEventListener("click", start);
} else if (place) {
  document.querySelector("[data-passkey-unusable]")?.removeAttribute("hidden");
}
