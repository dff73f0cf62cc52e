// Between JSON and the byte buffers of Web Authentication (5.8.1 toJSON, 5.1.8 parse...FromJSON), by hand where a
// browser does not have these yet; and the call that asks the provider for what to sign.
export const usable = "PublicKeyCredential" in window && "credentials" in navigator;

function bytes(text) {
  const padded = text.replaceAll("-", "+").replaceAll("_", "/").padEnd(Math.ceil(text.length / 4) * 4, "=");
  return Uint8Array.from(atob(padded), (letter) => letter.charCodeAt(0));
}

function text(buffer) {
  const letters = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
  return btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

const named = (list) => (list ?? []).map((one) => ({ ...one, id: bytes(one.id) }));

export function creation(options) {
  return {
    ...options,
    challenge: bytes(options.challenge),
    user: { ...options.user, id: bytes(options.user.id) },
    excludeCredentials: named(options.excludeCredentials),
  };
}

export function assertion(options) {
  return { ...options, challenge: bytes(options.challenge), allowCredentials: named(options.allowCredentials) };
}

// The members that the provider reads, of a new credential as of an assertion.
export function json(credential) {
  const { response } = credential;
  const found = { clientDataJSON: text(response.clientDataJSON) };
  for (const member of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (member in response && response[member]) found[member] = text(response[member]);
  }
  if (response.getTransports) {
    found.transports = response.getTransports();
    delete found.authenticatorData; // of a new credential it is within the attestation
  }
  return JSON.stringify({ id: credential.id, rawId: text(credential.rawId), type: credential.type, response: found });
}

export class Refused extends Error {
  constructor(answer) {
    super(answer.message ?? "");
    this.error = answer.error ?? "failed";
  }
}

export async function options(place, form) {
  let response;
  let answer = {};
  try {
    response = await fetch(place.dataset.optionsUrl, {
      method: "POST",
      headers: { Accept: "application/json", "X-CSRF-Token": form.elements.csrf_token.value },
    });
    answer = await response.json();
  } catch {
    throw new Refused({});
  }
  if (!response.ok) throw new Refused(answer);
  return answer;
}

// What went wrong, in the person's words: the provider's, or those of the page.
export function explain(place, problem) {
  if (problem instanceof Refused && problem.message) return problem.message;
  // NotAllowedError: she closed the dialogue, took too long, or has none (14.5: it is never told which).
  return problem.name === "NotAllowedError" || problem.name === "AbortError" ? place.dataset.givenUp : place.dataset.failed;
}

export function complain(place, message) {
  const notice = place.querySelector("[data-passkey-error]");
  notice.querySelector(".notice-title").textContent = message;
  notice.hidden = false;
}

export function settle(place) {
  place.querySelector("[data-passkey-error]").hidden = true;
}
