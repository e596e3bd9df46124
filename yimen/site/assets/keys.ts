// Keys. Elements name theirs: data-key="n" is pressed by n; data-go="w" by g then w. Keys are read by their place on the
// board (`code`), so they work while a Chinese input method is on; while it composes, they rest.

const STORE = "yimen-keys";

const visible = (element: Element): boolean => element.getClientRects().length > 0;

/** Whether a key goes into a field. One that is out of sight, in a dialog just closed, may still have the focus for a
 *  moment; nobody types there. */
const typing = (target: EventTarget | null): boolean =>
  target instanceof Element &&
  visible(target) &&
  target.closest('input:not([type="checkbox"], [type="radio"], [type="submit"], [type="button"]), textarea, select, [contenteditable]') !== null;

/** The name of a key as pages write it: "n", "1", "/", "?". */
function nameOf(event: KeyboardEvent): string {
  if (event.code === "Slash") return event.shiftKey ? "?" : "/";
  const digit = /^(?:Digit|Numpad)([1-9])$/.exec(event.code);
  if (digit?.[1] && !event.shiftKey) return digit[1];
  const letter = /^Key([A-Z])$/.exec(event.code);
  return letter?.[1] && !event.shiftKey ? letter[1].toLowerCase() : "";
}

/** An empty field that leaves digits to the page (data-digits): they tick what is proposed under it. */
const spares = (target: EventTarget | null, name: string): boolean =>
  target instanceof HTMLInputElement && target.dataset.digits !== undefined && target.value === "" && /^[1-9]$/.test(name);

function singleKeys(): boolean {
  try {
    return localStorage.getItem(STORE) !== "off";
  } catch {
    return true; // storage may be barred; keys then work and cannot be turned off here
  }
}

function press(selector: string): boolean {
  const found = [...document.querySelectorAll<HTMLElement>(selector)].filter(visible);
  const element = found.find((each) => each.closest(".main")) ?? found[0]; // a page may keep a key of the frame for itself
  if (!element) return false;
  const dialog = element.dataset.dialog && document.getElementById(element.dataset.dialog);
  if (dialog instanceof HTMLDialogElement) dialog.showModal();
  else if (element.matches("input:not([type='checkbox']), select, textarea")) element.focus();
  else element.click();
  return true;
}

/** Rows to move through: those of the first list on the page that has links. */
const links = (): HTMLAnchorElement[] =>
  [...document.querySelectorAll<HTMLElement>(".main tbody tr, .main .queue li")]
    .map((row) => row.querySelector<HTMLAnchorElement>("a[href]"))
    .filter((link): link is HTMLAnchorElement => link !== null && visible(link));

function move(step: 1 | -1): boolean {
  const all = links();
  const here = all.findIndex((link) => link.closest("tr, li")?.contains(document.activeElement));
  const next = all[here < 0 ? (step > 0 ? 0 : all.length - 1) : here + step];
  next?.focus();
  return next !== undefined;
}

function tick(): boolean {
  const box = document.activeElement?.closest("tr, li")?.querySelector<HTMLInputElement>('input[type="checkbox"]');
  box?.click();
  return Boolean(box);
}

function submit(target: EventTarget | null): boolean {
  const near = target instanceof Element ? target.closest("form") : null;
  const button = (near ?? document).querySelector<HTMLButtonElement>("button.button-primary:not([type='button'])")
    ?? document.querySelector<HTMLButtonElement>(".main form button.button-primary:not([type='button'])");
  button?.click();
  return button !== null;
}

function one(name: string): boolean {
  if (press(`[data-key="${name}"]`)) return true;
  if (name === "j") return move(1);
  if (name === "k") return move(-1);
  if (name === "x") return tick();
  if (name === "p") return press("[data-print]");
  return false;
}

function choice(): void {
  const root = document.documentElement;
  root.dataset.keys = singleKeys() ? "on" : "off";
  for (const line of document.querySelectorAll<HTMLElement>("[data-keys-choice]")) line.hidden = false;
  for (const box of document.querySelectorAll<HTMLInputElement>("[data-keys-toggle]")) {
    box.checked = singleKeys();
    box.addEventListener("change", () => {
      localStorage.setItem(STORE, box.checked ? "on" : "off");
      root.dataset.keys = box.checked ? "on" : "off";
    });
  }
}

export function startKeys(): void {
  choice();
  let going = 0;
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.altKey) return;
    if (event.ctrlKey || event.metaKey) {
      const done = event.code === "Enter" ? submit(event.target) : event.code === "KeyK" && press('.bar [data-key="/"]');
      if (done) event.preventDefault();
      return;
    }
    if (event.code === "Escape") return document.querySelectorAll<HTMLDetailsElement>("details.menu[open]").forEach((menu) => (menu.open = false));
    const name = nameOf(event);
    if (!name || document.querySelector("dialog[open]") || !singleKeys()) return;
    if (typing(event.target) && !spares(event.target, name)) return;
    const went = Date.now() - going < 1500 && press(`[data-go="${name}"]`);
    going = name === "g" && !went ? Date.now() : 0;
    if (went || one(name)) event.preventDefault();
  });
  for (const opener of document.querySelectorAll<HTMLElement>("a[data-dialog]")) {
    opener.addEventListener("click", (event) => {
      const dialog = document.getElementById(opener.dataset.dialog ?? "");
      if (!(dialog instanceof HTMLDialogElement) || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      if (!dialog.open) dialog.showModal();
    });
  }
}
