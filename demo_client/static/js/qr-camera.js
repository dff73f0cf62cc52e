// Reading QR codes: the browser's own detector where it has one, else the vendored reader. The portal has the same
// file. Whatever is found is given to `take`, which says whether it was what was wanted.
let stream;

export async function detector() {
  const own = globalThis.BarcodeDetector;
  const formats = (await own?.getSupportedFormats?.().catch(() => [])) ?? [];
  const { BarcodeDetector } = formats.includes("qr_code") ? { BarcodeDetector: own } : await import("../vendor/qr/decode.js");
  return new BarcodeDetector({ formats: ["qr_code"] });
}

export function stop() {
  for (const track of stream?.getTracks() ?? []) track.stop();
  stream = undefined;
}

async function watch(reader, video, every, take) {
  while (stream) {
    const found = video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA ? await reader.detect(video).catch(() => []) : [];
    if (take(found)) return;
    await new Promise((resolve) => { setTimeout(resolve, every); });
  }
}

// The button `start` shows the camera in `video` and looks `every` so many milliseconds. `failed`: there is none to use.
export function scanner({ video, start, every, size = {}, failed }, take) {
  start.addEventListener("click", async () => {
    try {
      const reader = await detector();
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", ...size } });
      video.srcObject = stream;
      video.hidden = false;
      start.hidden = true;
      await video.play();
      await watch(reader, video, every, take);
    } catch {
      stop();
      video.hidden = true;
      start.hidden = false;
      failed();
    }
  });
  start.hidden = !navigator.mediaDevices?.getUserMedia;
  window.addEventListener("pagehide", stop);
}
