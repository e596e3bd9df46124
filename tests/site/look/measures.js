({
  shown: (e) => e.getClientRects().length > 0 && !e.closest(".sr, .skip, .watermark, [disabled]"),

  written() {
    const own = (e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
    return [...document.querySelectorAll("body *")].filter((e) => own(e) && this.shown(e));
  },

  smallTargets(least) {
    const targets = "a, button, summary, input:not([type=hidden]), textarea, select";
    return [...document.querySelectorAll(targets)]
      .filter(this.shown)
      .map((e) => [e, (e.closest("label.level, label.chip") || e).getBoundingClientRect()])
      .filter(([, box]) => box.height < least - 0.5 || box.width < Math.min(least, 44) - 0.5)
      .map(([e, box]) => `${e.outerHTML.slice(0, 80)} ${box.width} x ${box.height}`);
  },

  smallLetters(least) {
    return this.written()
      .filter((e) => parseFloat(getComputedStyle(e).fontSize) < least)
      .map((e) => e.outerHTML.slice(0, 80));
  },

  // WCAG 2.2, 1.4.3: 4.5 to 1
  faintLetters() {
    const parts = (colour) => colour.match(/[\d.]+/g).map(Number);
    const linear = (v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    const light = ([r, g, b]) => 0.2126 * linear(r / 255) + 0.7152 * linear(g / 255) + 0.0722 * linear(b / 255);
    const ground = (e) => {
      for (; e; e = e.parentElement) {
        const colour = parts(getComputedStyle(e).backgroundColor);
        if (colour.length < 4 || colour[3] > 0.99) return colour;
      }
      return [255, 255, 255];
    };
    return this.written()
      .map((e) => {
        const [a, b] = [light(parts(getComputedStyle(e).color)), light(ground(e))].sort((x, y) => y - x);
        return [(a + 0.05) / (b + 0.05), e.outerHTML.slice(0, 90)];
      })
      .filter(([ratio]) => ratio < 4.5);
  },
})
