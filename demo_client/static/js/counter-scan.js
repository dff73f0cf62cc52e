// The counter: a code before the camera, on a picture, or a file dropped on the page. Codes are read here and sent as
// text, so that a picture of somebody's paper never leaves the browser; other files go as they are.
const form = document.querySelector("[data-counter]");
const video = document.querySelector("[data-camera]");
const start = document.querySelector("[data-camera-start]");
const message = document.querySelector("[data-scan-message]");
const place = document.querySelector("[data-drop]");
const { noCode, noCamera, wallet } = form.dataset;
const LOOK_EVERY = 150; // milliseconds
const ONE_OF_OURS = /^[0-9A-Z $%*+\-.\/:]{200,}$/; // Base45, and longer than any address

let stream;

async function detector() {
  const own = globalThis.BarcodeDetector;
  const formats = (await own?.getSupportedFormats?.().catch(() => [])) ?? [];
  const { BarcodeDetector } = formats.includes("qr_code") ? { BarcodeDetector: own } : await import("../vendor/qr/decode.js");
  return new BarcodeDetector({ formats: ["qr_code"] });
}

function say(text) {
  message.textContent = text;
  message.hidden = !text;
}

function stop() {
  for (const track of stream?.getTracks() ?? []) track.stop();
  stream = undefined;
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

async function watch(reader) {
  while (stream) {
    const found = video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA ? await reader.detect(video).catch(() => []) : [];
    if (take(found)) return;
    await new Promise((resolve) => { setTimeout(resolve, LOOK_EVERY); });
  }
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

start.addEventListener("click", async () => {
  say("");
  try {
    const reader = await detector();
    // A code of a document is fine: 117 modules across want every pixel there is.
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1920 }, height: { ideal: 1920 } } });
    video.srcObject = stream;
    video.hidden = false;
    start.hidden = true;
    await video.play();
    await watch(reader);
  } catch {
    stop();
    video.hidden = true;
    start.hidden = false;
    say(noCamera);
  }
});

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
start.hidden = !navigator.mediaDevices?.getUserMedia;
window.addEventListener("pagehide", stop);
