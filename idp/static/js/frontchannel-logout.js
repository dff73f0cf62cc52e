// Leads on once every service was told, or after a moment where one does not answer; the button does the same.
const LONGEST = 4000; // milliseconds

const goOn = document.querySelector('[data-testid="frontchannel-go-on"]');
const frames = [...document.querySelectorAll("iframe[data-frontchannel]")];
const told = frames.map((frame) => new Promise((resolve) => frame.addEventListener("load", resolve, { once: true })));
const longest = new Promise((resolve) => setTimeout(resolve, LONGEST));
await Promise.race([Promise.all(told), longest]);
location.replace(goOn.href);
