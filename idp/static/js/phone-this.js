// Removing this very device: its key goes from this browser too, before the server hears of it.
import { forget } from "./phone-device.js";

document.querySelector("[data-remove-this]")?.addEventListener("submit", async (event) => {
  event.preventDefault();
  await forget();
  event.target.submit();
});
