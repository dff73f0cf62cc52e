// The counter: a code before the camera, on a picture, or a file dropped on the page. Codes are read here and sent as
// text, so that a picture of somebody's paper never leaves the browser; other files go as they are.
import { detector, scanner, stop } from "./qr-camera.js";

const form = document.querySelector("[data-counter]");
const video = document.querySelector("[data-camera]");
const start = document.querySelector("[data-camera-start]");
const message = document.querySelector("[data-scan-message]");
const place = document.querySelector("[data-drop]");
const { noCode, noCamera, wallet } = form.dataset;
const LOOK_EVERY = 150; // milliseconds
const ONE_OF_OURS = /^[0-9A-Z $%*+\-.\/:]{200,}$/; // Base45, and longer than any address

function say(text) {
  message.textContent = text;
  message.hidden = !text;
}

// True where there was a code of a document, or the wallet's own one-time code, whose address shows it with her proof.
function take(found) {
  const shown = found.find(({ rawValue }) => rawValue.startsWith(wallet));
  if (shown) {
    stop();
    location.assign(shown.rawValue);
    return true;
  }
  const code = found.find(({ rawValue }) => ONE_OF_OURS.test(rawValue));
  if (!code) {
    if (found.length) say(noCode);
    return false;
  }
  stop();
  form.elements.file.value = "";
  form.elements.document.value = code.rawValue;
  form.requestSubmit();
  return true;
}

async function look(file) {
  say("");
  if (!file?.type.startsWith("image/")) return;
  try {
    const bitmap = await createImageBitmap(file);
    if (!take(await (await detector()).detect(bitmap))) say(noCode);
  } catch {
    say(noCode);
  }
  form.elements.file.value = "";
}

// A code of a document is fine: 117 modules across want every pixel there is.
const size = { width: { ideal: 1920 }, height: { ideal: 1920 } };
start.addEventListener("click", () => say(""));
scanner({ video, start, every: LOOK_EVERY, size, failed: () => say(noCamera) }, take);

form.elements.file.addEventListener("change", () => look(form.elements.file.files[0]));
for (const name of ["dragover", "dragleave", "drop"]) {
  place.addEventListener(name, (event) => {
    event.preventDefault();
    place.classList.toggle("drop-over", name === "dragover");
    if (name !== "drop" || !event.dataTransfer.files.length) return;
    form.elements.file.files = event.dataTransfer.files;
    look(event.dataTransfer.files[0]);
  });
}
