// The sign-in page on a phone: says what still lies on it and why, and takes off a walk whose 72 hours are over. At any other
// browser it finds nothing and shows nothing. No words here: they stand in the page.
import { short } from "./dates";
import { isPhone, packUntil, records } from "./store";

async function tell(note: HTMLElement): Promise<void> {
  if (!(await isPhone())) return;
  const until = await packUntil();
  const unsent = (await records()).filter((row) => row.state !== "sent").length;
  const said = { doors: until ? short(until) : "", unsent: unsent ? String(unsent) : "" };
  for (const [name, word] of Object.entries(said)) {
    const line = note.querySelector<HTMLElement>(`[data-kept="${name}"]`);
    if (!line) continue;
    line.textContent = (line.textContent ?? "").replace("{s}", word);
    line.hidden = !word;
  }
  note.hidden = !until && !unsent;
}

const note = document.getElementById("kept");
if (note && window.isSecureContext && "indexedDB" in window) void tell(note);
