// Copy buttons: shown only where the browser can copy; the value itself is always readable on the page.
if (navigator.clipboard) {
  for (const box of document.querySelectorAll("[data-copy]")) {
    const button = box.querySelector("[data-copy-button]");
    const value = box.querySelector("code");
    if (!button || !value) continue;
    const label = button.textContent;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(value.textContent.trim());
      button.textContent = button.dataset.done;
      setTimeout(() => { button.textContent = label; }, 2000);
    });
  }
}
