// Portal. Read aloud is offered only where the browser can speak; everything else needs no script.

const button = document.getElementById("read");

function speak(): void {
  const words = document.querySelector<HTMLElement>("main")?.innerText ?? "";
  const speech = new SpeechSynthesisUtterance(words);
  speech.lang = document.documentElement.lang === "en" ? "en-GB" : "zh-CN";
  speech.rate = 0.85;
  speechSynthesis.speak(speech);
}

if (button && "speechSynthesis" in window) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const speaking = speechSynthesis.speaking;
    speechSynthesis.cancel();
    if (!speaking) speak(); // the same button stops it
  });
  window.addEventListener("pagehide", () => speechSynthesis.cancel());
}

for (const print of document.querySelectorAll<HTMLButtonElement>("[data-print]")) {
  print.hidden = false;
  print.addEventListener("click", () => window.print());
}
