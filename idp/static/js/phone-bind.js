// The last step of binding: a key is made in this browser, its public half registered with a proof, the rest kept here.
import { makeKey, save, sign, usable } from "./phone-device.js";
import { call, onSubmit } from "./phone-api.js";

const form = document.querySelector("[data-bind-key]");
document.querySelector("[data-unusable]").hidden = usable;
form.hidden = !usable;

onSubmit(form, async () => {
  const { privateKey, jwk } = await makeKey();
  const { challenge, audience, now } = await call("/app/api/challenge", { purpose: "bind" });
  const header = { typ: "mock-device-proof+jwt", jwk };
  const proof = await sign(privateKey, header, { aud: audience, purpose: "bind", challenge, iat: now });
  const bound = await call("/app/api/devices", { name: form.elements.name.value, proof });
  await save({ id: bound.device_id, name: bound.name, privateKey });
  location.assign(bound.next);
});
