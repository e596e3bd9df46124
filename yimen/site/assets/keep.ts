// What is typed or ticked while a round trip is under way outlives its answer: the answer knows the form only as it was
// sent. Controls are told apart by name, ticks and choices by name and value.

type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

const isTick = (one: Control): one is HTMLInputElement =>
  one instanceof HTMLInputElement && (one.type === "checkbox" || one.type === "radio");

const isControl = (one: Element): one is Control =>
  (one instanceof HTMLInputElement && !["hidden", "submit", "file"].includes(one.type)) ||
  one instanceof HTMLTextAreaElement ||
  one instanceof HTMLSelectElement;

const controls = (form: HTMLFormElement): Control[] => [...form.elements].filter(isControl).filter((one) => one.name);
const keyOf = (one: Control): string => (isTick(one) ? `${one.name}=${one.value}` : one.name);
const valueOf = (one: Control): string => (isTick(one) ? String(one.checked) : one.value);
const read = (form: HTMLFormElement): Map<string, string> =>
  new Map(controls(form).map((one) => [keyOf(one), valueOf(one)]));

/** The controls that say something else than when the form was sent. */
function changed(form: HTMLFormElement, sent: Map<string, string>): Map<string, string> {
  const since = [...read(form)].filter(([key, value]) => sent.has(key) && sent.get(key) !== value);
  return new Map(since);
}

function putBack(form: HTMLFormElement, kept: Map<string, string>): void {
  for (const one of controls(form)) {
    const value = kept.get(keyOf(one));
    if (value === undefined || value === valueOf(one)) continue;
    if (isTick(one)) {
      if (one.type === "radio" && value !== "true") continue; // the one that is chosen now says it for all
      one.checked = value === "true";
    } else one.value = value;
    one.dispatchEvent(new Event("input", { bubbles: true })); // saved, and sent after the answer
    one.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

type Trip = { detail: { xhr: XMLHttpRequest; elt: Element } };

export function startKeeping(): void {
  const forms = new WeakMap<XMLHttpRequest, HTMLFormElement>();
  const values = new WeakMap<XMLHttpRequest, Map<string, string>>(); // as sent, then what changed since
  document.addEventListener("htmx:beforeSend", (event) => {
    const { xhr, elt } = (event as unknown as Trip).detail;
    const form = elt instanceof HTMLButtonElement ? elt.form : elt.closest("form");
    if (!form) return;
    forms.set(xhr, form);
    values.set(xhr, read(form));
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr } = (event as unknown as Trip).detail;
    const form = forms.get(xhr);
    if (form) values.set(xhr, changed(form, values.get(xhr) ?? new Map()));
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    const { xhr } = (event as unknown as Trip).detail;
    const form = forms.get(xhr);
    forms.delete(xhr); // once, however many parts were swapped
    if (form?.isConnected) putBack(form, values.get(xhr) ?? new Map());
  });
}
