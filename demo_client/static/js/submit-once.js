// A form is sent once: the pressed button rests until the answer comes, the page returns from the back/forward cache,
// or ten seconds have passed (an answer that is a download leaves the page as it is).
const rested = new Set();

function wake(form, button) {
  rested.delete(form);
  button.removeAttribute("aria-disabled");
}

document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (!(button instanceof HTMLButtonElement)) return;
  if (rested.has(event.target)) {
    event.preventDefault();
    return;
  }
  rested.add(event.target);
  // aria-disabled, not disabled: the button's own name and value must still be sent, and the focus must not be lost.
  button.setAttribute("aria-disabled", "true");
  setTimeout(() => wake(event.target, button), 10_000);
});

window.addEventListener("pageshow", () => {
  rested.clear();
  for (const button of document.querySelectorAll("button[aria-disabled='true']")) button.removeAttribute("aria-disabled");
});
