// The door of the app: a bound device is opened with the passcode (or after a passkey), any other is offered binding.
import { forget, load, sign, usable } from "./phone-device.js";
import { call, complain, onSubmit } from "./phone-api.js";

const form = document.querySelector("[data-open]");
const { then } = document.querySelector("[data-phone]").dataset;
const part = (name) => document.querySelector(`[data-door="${name}"]`);
const show = (name) => { part(name).hidden = false; };

async function open(device, secret) {
  const { challenge, audience, now } = await call("/app/api/challenge", { purpose: "open" });
  const header = { typ: "mock-device-proof+jwt", kid: device.id };
  const proof = await sign(device.privateKey, header, { aud: audience, purpose: "open", challenge, iat: now });
  const { next } = await call("/app/api/open", { proof, ...secret });
  // The scanned code is in the fragment; it goes along without ever reaching a server.
  location.assign(then === "scan" ? `/app/scan${location.hash}` : next);
}

async function refused(problem) {
  form.elements.passcode.value = "";
  if (problem.error !== "device_unknown") throw problem;
  await forget(); // removed, here or from another device: the key is worth nothing any more
  part("bound").hidden = true;
  show("removed");
  show("unbound");
}

function known(device) {
  return call("/app/api/challenge", { purpose: "open", device_id: device.id }).then(() => true);
}

async function start() {
  if (!usable) return show("unusable");
  const device = await load();
  if (!device) return show("unbound");
  if (!await known(device).catch(refused)) return undefined;
  document.querySelector("[data-device-name]").textContent = device.name;
  show("bound");
  onSubmit(form, () => open(device, { passcode: form.elements.passcode.value }).catch(refused));
  if (then === "passkey") await open(device, { passkey: true }).catch(refused);
  return undefined;
}

start().catch(complain);
