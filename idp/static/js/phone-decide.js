// Deciding a request: a tap, a signature by this device's key over exactly what is shown, and the answer.
import { load, random, sign } from "./phone-device.js";
import { Refused, call, onSubmit } from "./phone-api.js";

const form = document.querySelector("[data-decide]");
const { transaction, requestHash, audience, now, expires, pickNumber } = form.dataset;
const left = document.querySelector("[data-seconds-left]");
const passcodeField = document.querySelector("[data-passcode]");
const loaded = performance.now();
// The provider's time: a phone whose clock is wrong must not be refused for it.
const time = () => Number(now) + Math.floor((performance.now() - loaded) / 1000);

function over() {
  for (const part of document.querySelectorAll("[data-while-open]")) part.hidden = true;
  document.querySelector("[data-over]").hidden = false;
}

function count() {
  const seconds = Number(expires) - time();
  left.textContent = String(Math.max(0, seconds));
  if (seconds > 0) setTimeout(count, 1000);
  else over();
}

async function decide(decision) {
  const device = await load();
  const payload = { aud: audience, sub: device.id, txn: transaction, decision, request_hash: requestHash, iat: time(), jti: random() };
  if (decision === "approve") payload.number = Number(new FormData(form).get("number"));
  const signed = await sign(device.privateKey, { typ: "mock-decision+jwt", kid: device.id }, payload);
  const { next } = await call("/app/api/decide", { decision: signed, passcode: form.elements.passcode.value });
  location.replace(next);
}

onSubmit(form, async ({ value }) => {
  if (value === "approve" && !new FormData(form).get("number")) throw new Refused({ message: pickNumber });
  try {
    await decide(value);
  } catch (problem) {
    if (problem.error === "passcode_needed") passcodeField.hidden = false;
    form.elements.passcode.value = "";
    throw problem;
  }
});

count();
