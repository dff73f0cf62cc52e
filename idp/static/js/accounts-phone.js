// Phones of the demo: count the seconds down and, when a code has ended, take the next one from the same page.
const RETRY_SECONDS = 3;

async function refresh() {
  const answer = await fetch(window.location.href, { headers: { Accept: "text/html" } });
  if (!answer.ok) throw new Error(`the page answered ${answer.status}`);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const old of document.querySelectorAll("[data-phone]")) {
    const fresh = page.getElementById(old.id);
    if (fresh) old.replaceWith(fresh);
  }
}

function tick(started) {
  const gone = Math.floor((performance.now() - started) / 1000);
  let ended = false;
  for (const phone of document.querySelectorAll("[data-phone]")) {
    const left = Number(phone.dataset.seconds) - gone;
    ended ||= left <= 0;
    phone.querySelector("[data-left]").textContent = String(Math.max(0, left));
  }
  return ended;
}

async function run() {
  let started = performance.now();
  for (;;) {
    await new Promise((wake) => setTimeout(wake, 500));
    if (!tick(started)) continue;
    try {
      await refresh();
      started = performance.now();
    } catch {
      await new Promise((wake) => setTimeout(wake, RETRY_SECONDS * 1000));
    }
  }
}

run();
