// The sign-in page on a phone: says what still lies on it and why, takes off a walk whose 72 hours are over, and has the phone
// show nobody's walk until it knows who signed in. At any other browser it finds nothing and shows nothing. No words here: they
// stand in the page.
import { short } from "./dates";
import { doubt, isPhone, packUntil, records } from "./store";

async function tell(note: HTMLElement): Promise<void> {
  if (!(await isPhone())) return;
  note.closest("form")?.addEventListener("submit", doubt);
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
