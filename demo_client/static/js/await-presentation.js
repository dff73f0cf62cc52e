// While a code is shown: ask now and then whether the other device has answered, then go on.
const place = document.querySelector("[data-await]");

async function ask() {
  try {
    const answer = await fetch(place.dataset.await, { headers: { Accept: "application/json" } });
    const state = answer.ok ? (await answer.json()).state : "gone";
    if (state !== "pending") {
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
