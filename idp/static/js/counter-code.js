// Counts down on the page with a one-time QR code, and shows at once that a clerk has taken what it points to.
const place = document.querySelector("[data-counter-state]");
const seconds = place?.querySelector("[data-counter-seconds]");
const end = Date.now() + Number(seconds?.textContent ?? 0) * 1000;

async function look() {
  seconds.textContent = String(Math.max(0, Math.ceil((end - Date.now()) / 1000)));
  try {
    const answer = await fetch(place.dataset.counterState, { headers: { Accept: "application/json" } });
    if ((await answer.json()).state !== "waiting") return location.reload();
  } catch {
    // the network is away for a moment: the next look will tell
  }
  setTimeout(look, 2000);
}

if (place && seconds) {
  setInterval(() => { seconds.textContent = String(Math.max(0, Math.ceil((end - Date.now()) / 1000))); }, 1000);
  setTimeout(look, 2000);
}
