// Checks an audit export from standard input without the provider: prints how many records, and the last hash.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const members = Object.keys(value).sort().map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`);
  return `{${members.join(",")}}`;
}

let previous = "0".repeat(64);
let count = 0;
for (const line of readFileSync(0, "utf8").split("\n")) {
  const { hash, ...content } = JSON.parse(line);
  count += 1;
  if (content.sequence !== count || content.previous_hash !== previous) throw new Error(`record ${count} does not follow`);
  if (createHash("sha256").update(canonical(content)).digest("hex") !== hash) throw new Error(`record ${count} was changed`);
  previous = hash;
}
console.log(`${count} ${previous}`);
