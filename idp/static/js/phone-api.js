// Calls to the provider's phone API: JSON both ways, the CSRF token in a header, errors with words for the person.
const place = document.querySelector("[data-phone]");

export class Refused extends Error {
  constructor(answer) {
    super(answer.message ?? place.dataset.failed);
    this.error = answer.error ?? "failed";
  }
}

export async function call(path, values) {
  let response;
  let answer = {};
  try {
    response = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRF-Token": place.dataset.csrf },
      body: JSON.stringify(values),
    });
    answer = await response.json();
  } catch {
    throw new Refused({ error: "no_answer" });
  }
  if (!response.ok) throw new Refused(answer);
  return answer;
}

// Says what went wrong where the page has its place for it; nothing takes it away again.
export function complain(problem) {
  const notice = document.querySelector("[data-phone-error]");
  notice.querySelector("[data-phone-message]").textContent = problem instanceof Refused ? problem.message : place.dataset.failed;
  notice.hidden = false;
  notice.scrollIntoView({ block: "nearest" });
}

function settle() {
  document.querySelector("[data-phone-error]").hidden = true;
}

// A form that a script answers: one call at a time, whatever goes wrong is said on the page.
export function onSubmit(form, action) {
  let busy = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (busy) return;
    busy = true;
    settle();
    try {
      await action(event.submitter);
    } catch (problem) {
      complain(problem);
    } finally {
      busy = false;
      event.submitter?.removeAttribute("aria-disabled");
    }
  });
}
