// Scanning. Whatever is found only shows the request; deciding takes a tap on the next page.
import { detector, scanner, stop } from "./qr-camera.js";

const form = document.querySelector("[data-scan]");
const video = document.querySelector("[data-camera]");
const start = document.querySelector("[data-camera-start]");
const picture = document.querySelector("[data-picture]");
const message = document.querySelector("[data-scan-message]");
const { prefix, noCode, notOurs, noCamera } = form.dataset;
const LOOK_EVERY = 200; // milliseconds

function say(text) {
  message.textContent = text;
  message.hidden = !text;
}

// True where it was one of our codes.
function take(found) {
  const ours = found.find(({ rawValue }) => rawValue.startsWith(prefix));
  if (!ours) {
    if (found.length) say(notOurs);
    return false;
  }
  stop();
  submit(ours.rawValue);
  return true;
}

function submit(code) {
  form.elements.code.value = code;
  form.requestSubmit();
}

start.addEventListener("click", () => say(""));
scanner({ video, start, every: LOOK_EVERY, failed: () => say(noCamera) }, take);

picture.addEventListener("change", async () => {
  const [file] = picture.files;
  if (!file) return;
  say("");
  try {
    const bitmap = await createImageBitmap(file);
    const found = await (await detector()).detect(bitmap);
    if (!take(found) && !found.length) say(noCode);
  } catch {
    say(noCode);
  }
  picture.value = "";
});

// "Open the app" and a phone's own camera lead here with the code in the fragment.
function fromAddress() {
  const code = decodeURIComponent(location.hash.slice(1));
  if (!code) return;
  history.replaceState(null, "", location.pathname + location.search); // going back must not scan it again
  submit(code);
}

document.querySelector("[data-no-camera]").hidden = !start.hidden;
document.querySelector("[data-picture-field]").hidden = false;
window.addEventListener("hashchange", fromAddress);
fromAddress();
