// The search box, opened: rows while typing, arrows to choose, Enter to open. Enter alone takes the first row only when it
// is the sole exact match (the server marks it), so that a hurried Enter never opens the wrong person.

const DELAY = 150; // milliseconds

const enough = (words: string): boolean => /\p{Script=Han}/u.test(words) || words.trim().length >= 2;

export function startFinder(): void {
  const finder = document.getElementById("finder");
  const input = document.getElementById("find");
  const found = document.getElementById("found");
  const box = document.getElementById("q");
  if (!(finder instanceof HTMLDialogElement) || !(input instanceof HTMLInputElement) || !(box instanceof HTMLInputElement) || !found) return;
  const form = input.form;
  let waiting = 0;

  const rows = (): HTMLElement[] => [...found.querySelectorAll<HTMLElement>("li[role=option]")];
  const active = (): HTMLElement | null => found.querySelector<HTMLElement>(".is-active");
  const choose = (row: HTMLElement | undefined): void => {
    active()?.removeAttribute("aria-selected");
    active()?.classList.remove("is-active");
    if (!row) return input.removeAttribute("aria-activedescendant");
    row.classList.add("is-active");
    row.setAttribute("aria-selected", "true");
    row.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", row.id);
  };
  const ask = (): void => {
    window.clearTimeout(waiting);
    if (enough(input.value)) waiting = window.setTimeout(() => form?.dispatchEvent(new Event("find")), DELAY);
    else found.replaceChildren();
  };
  const open = (): void => {
    if (finder.open) return;
    input.value = box.value;
    box.blur(); // closing gives the focus back to where it was: not to the box, which would open again
    finder.showModal();
    input.focus();
    input.select();
    ask();
  };

  const tidy = (): void => {
    if (finder.open) return; // opened anew before the event of its closing came
    found.replaceChildren();
    box.value = "";
    const here = document.activeElement; // focus that has moved on already, to a row or a dialog, is left where it is
    if (!here || here === document.body || finder.contains(here)) document.getElementById("main")?.focus({ preventScroll: true });
  };
  // The event "close" comes a task later, after keys that are already waiting: until then the focus would be in a field
  // that nobody sees, and those keys would be lost in it.
  const shut = (): void => {
    finder.close();
    tidy();
  };

  box.addEventListener("focus", open);
  input.addEventListener("input", (event) => {
    if (!(event instanceof InputEvent && event.isComposing)) ask();
  });
  input.addEventListener("compositionend", ask);
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const all = rows();
    const here = all.indexOf(active() as HTMLElement);
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? here + 1 : (here < 0 ? all.length : here) - 1;
      choose(all[(step + all.length) % all.length]);
    } else if (event.key === "Escape") {
      event.preventDefault(); // once: a search field would first clear itself
      shut();
    } else if (event.key === "Enter" && !event.ctrlKey) {
      const link = active()?.querySelector<HTMLAnchorElement>("a[href]");
      if (!link) return; // no row chosen: the form goes to the full results
      event.preventDefault();
      link.click();
    }
  });
  // Rows of an older question must not answer Enter while a new one is on its way.
  form?.addEventListener("find", () => choose(undefined));
  finder.addEventListener("click", (event) => {
    if (event.target === finder) shut();
  });
  finder.addEventListener("close", tidy); // however else it was closed
}
