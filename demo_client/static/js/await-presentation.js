// While a code is shown, or an answer is on its way: ask now and then whether anything has changed, then go on.
const place = document.querySelector("[data-await]");

async function ask() {
  try {
    const answer = await fetch(place.dataset.await, { headers: { Accept: "application/json" } });
    const state = answer.ok ? (await answer.json()).state : "gone";
    if (state !== (place.dataset.while ?? "pending")) {
      location.replace(place.dataset.next);
      return;
    }
  } catch {
    // the network may come back; the page itself stays usable
  }
  // never in step with other browsers, and rarely while nobody looks
  const pause = document.hidden ? 10_000 : 1_500;
  setTimeout(ask, pause + Math.random() * 1_000);
}

if (place) ask();
