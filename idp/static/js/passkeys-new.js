// Making a passkey: the browser and its authenticator do it, the form takes the public half along.
import { Refused, complain, creation, explain, json, options, settle, usable } from "./passkeys-webauthn.js";

const place = document.querySelector("[data-passkey]");
const form = place.querySelector("[data-passkey-form]");
let busy = false;

async function make() {
  busy = true;
  settle(place);
  try {
    const publicKey = creation(await options(place, form));
    form.elements.credential.value = json(await navigator.credentials.create({ publicKey }));
    form.submit();
  } catch (problem) {
    if (problem instanceof Refused && problem.error === "insufficient_user_authentication") {
      location.reload(); // the page itself leads to the sign-in
    } else {
      // InvalidStateError: this authenticator holds one of hers already (6.3.2).
      complain(place, problem.name === "InvalidStateError" ? place.dataset.known : explain(place, problem));
    }
  } finally {
    busy = false;
    form.querySelector("button[type='submit']").removeAttribute("aria-disabled");
  }
}

// Until this runs there is no form: pressed earlier, its button would send no passkey.
if (usable) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!busy && form.reportValidity()) make();
  });
  form.hidden = false;
} else {
  place.querySelector("[data-passkey-unusable]").hidden = false;
}
