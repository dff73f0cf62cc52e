// The QR code on the sign-in page: asks how it stands, says so, takes a new code in time, and goes on once approved.
const MOST_RENEWALS = 10; // twenty minutes of nobody there; then a button
const place = document.querySelector("[data-qr-way]");
const onPhone = matchMedia("(pointer: coarse), (max-width: 39.99rem)");
let renewals = 0;
let wantsCode = false; // on a phone, but it is another one that scans
let ends = 0; // performance.now() when the code is over

const panel = () => place.querySelector("[data-qr]");
const pause = (milliseconds) => new Promise((wake) => { setTimeout(wake, milliseconds); });
const seen = () => new Promise((wake) => { document.addEventListener("visibilitychange", wake, { once: true }); });
// Between two looks: 1.5 to 2.5 s, so that many pages do not ask in step; a hidden page asks seldom.
const rest = () => {
  const time = 1500 + Math.random() * 1000;
  return document.hidden ? Promise.race([pause(time * 6), seen()]) : pause(time);
};

function say(state, who = "") {
  const here = panel();
  const line = here.querySelector("[data-qr-say]");
  const words = line.querySelector("[data-qr-text]");
  const text = here.getAttribute(`data-say-${state.replace("_", "-")}`).replace("{who}", who);
  if (words.textContent !== text) words.textContent = text; // said once, not at each look
  line.dataset.state = state;
  if (state !== "unreachable") here.dataset.state = state;
}

function fit() {
  place.toggleAttribute("data-on-phone", onPhone.matches && !wantsCode);
  place.toggleAttribute("data-with-code", !onPhone.matches || wantsCode);
  const show = place.querySelector("[data-qr-show]");
  if (show) show.hidden = !onPhone.matches || wantsCode;
}

function begin() {
  ends = performance.now() + Number(panel().dataset.seconds ?? 0) * 1000;
  fit();
}

function count() {
  const left = place.querySelector("[data-qr-seconds]");
  if (left) left.textContent = String(Math.max(0, Math.round((ends - performance.now()) / 1000)));
}

async function ask() {
  const answer = await fetch(panel().dataset.stateUrl, { headers: { Accept: "application/json" } });
  if (answer.status === 404) return { state: "expired" };
  if (!answer.ok) throw new Error(`state: ${answer.status}`);
  return answer.json();
}

async function renew() {
  const { renewUrl } = panel().dataset;
  const token = panel().querySelector("input[name=csrf_token]").value;
  const answer = await fetch(renewUrl, { method: "POST", headers: { "X-CSRF-Token": token, Accept: "text/html" } });
  if (!answer.ok && answer.status !== 429) return false; // the session is another one by now: the button loads the page anew
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("[data-qr]");
  panel().replaceWith(fresh);
  begin();
  return fresh.dataset.state === "waiting";
}

function goOn(token) {
  const form = panel().querySelector("[data-qr-finish]");
  form.elements.csrf_token.value = token;
  form.requestSubmit();
}

// True while there is something to wait for.
async function look() {
  const { state, who, seconds, csrf_token: token } = await ask();
  say(state, who);
  if (seconds !== undefined) ends = performance.now() + seconds * 1000;
  if (state === "approved") goOn(token);
  if (state !== "expired") return state === "waiting" || state === "scanned";
  if (renewals >= MOST_RENEWALS) return false;
  while (document.hidden) await seen();
  renewals += 1;
  return renew();
}

async function watch() {
  for (;;) {
    await rest();
    try {
      if (!await look()) return;
    } catch {
      say("unreachable");
    }
  }
}

place.addEventListener("click", async (event) => {
  if (event.target.closest("[data-qr-show-code]")) {
    wantsCode = true;
    fit();
  }
});

onPhone.addEventListener("change", fit);
if (panel()?.dataset.stateUrl) {
  begin();
  setInterval(count, 1000);
  watch();
}
