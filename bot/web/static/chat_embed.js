// Puts a bubble on a page of the school, which opens the chat in a frame:
// <script src="https://apu.example.fi/chat.js" data-language="fi" defer></script>
// All that it shows is of one element, so that neither the page's style nor its scripts are touched.
"use strict";
(() => {
  const { root, texts } = "MATALA";
  const tag = document.currentScript;
  const asked = (tag && tag.dataset.language) || document.documentElement.lang || "fi";
  const language = Object.keys(texts).find((each) => asked.toLowerCase().startsWith(each)) || "fi";
  const say = texts[language];

  const begin = () => {
    if (document.getElementById("matala-chat")) return;
    const host = document.createElement("div");
    host.id = "matala-chat";
    const shadow = host.attachShadow({ mode: "open" });
    const style = new CSSStyleSheet();
    style.replaceSync(`
      :host { all: initial; }
      button {
        position: fixed; z-index: 2147483646; inset-block-end: 1rem; inset-inline-end: 1rem;
        max-inline-size: calc(100vw - 2rem); padding: .8rem 1.2rem; border: 2px solid #fff; border-radius: 2rem;
        font: 600 1rem/1.3 system-ui, sans-serif; color: #fff; background: #1d4f49; cursor: pointer;
        box-shadow: 0 2px 10px rgb(0 0 0 / .3);
      }
      button:focus-visible { outline: 3px solid #ffbf47; outline-offset: 2px; }
      iframe {
        position: fixed; z-index: 2147483645; inset-block-end: 5rem; inset-inline-end: 1rem;
        inline-size: min(26rem, calc(100vw - 2rem)); block-size: min(40rem, calc(100dvh - 6.5rem));
        border: 1px solid #888; border-radius: .8rem; background: Canvas; box-shadow: 0 4px 24px rgb(0 0 0 / .3);
      }
      [hidden] { display: none; }
      @media (max-width: 30rem) {
        iframe { inset-inline: 0; inset-block-end: 4.6rem; inline-size: 100vw; block-size: calc(100dvh - 4.6rem); border-radius: 0; }
      }
      @media print { button, iframe { display: none; } }
    `);
    shadow.adoptedStyleSheets = [style];

    const button = document.createElement("button");
    button.type = "button";
    let frame = null;
    const show = (isOpen) => {
      button.textContent = isOpen ? say.close : say.bubble;
      button.setAttribute("aria-expanded", String(isOpen));
      if (isOpen && !frame) {
        frame = document.createElement("iframe");
        frame.title = say.title;
        frame.src = `${root}/${language}/chat/embed`;
        frame.referrerPolicy = "no-referrer";
        shadow.insertBefore(frame, button);
      }
      if (frame) {
        frame.hidden = !isOpen;
        if (isOpen) frame.focus();
        else button.focus();
      }
    };
    button.addEventListener("click", () => show(button.getAttribute("aria-expanded") !== "true"));
    host.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && frame && !frame.hidden) show(false);
    });
    shadow.append(button);
    show(false);
    document.body.append(host);
  };

  if (document.body) begin();
  else document.addEventListener("DOMContentLoaded", begin);
})();
