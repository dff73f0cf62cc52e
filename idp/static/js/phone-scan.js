// Scanning: the browser's own detector where it has one, else the vendored reader. Whatever is found only shows the
// request; deciding takes a tap on the next page.
const form = document.querySelector("[data-scan]");
const video = document.querySelector("[data-camera]");
const start = document.querySelector("[data-camera-start]");
const picture = document.querySelector("[data-picture]");
const message = document.querySelector("[data-scan-message]");
const { prefix, noCode, notOurs, noCamera } = form.dataset;
const LOOK_EVERY = 200; // milliseconds

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

async function watch(reader) {
  while (stream) {
    const found = video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA ? await reader.detect(video).catch(() => []) : [];
    if (take(found)) return;
    await new Promise((resolve) => { setTimeout(resolve, LOOK_EVERY); });
  }
}

start.addEventListener("click", async () => {
  say("");
  try {
    const reader = await detector();
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
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

start.hidden = !navigator.mediaDevices?.getUserMedia;
document.querySelector("[data-no-camera]").hidden = !start.hidden;
document.querySelector("[data-picture-field]").hidden = false;
window.addEventListener("hashchange", fromAddress);
window.addEventListener("pagehide", stop);
fromAddress();
