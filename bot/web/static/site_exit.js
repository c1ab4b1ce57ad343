// Leaves a page on violence at once: by its button, or by pressing Escape twice.
// The page goes out of sight first, and out of the browser's way back.
"use strict";
(() => {
  const TWICE_WITHIN = 1500; // milliseconds
  const exit = document.getElementById("exit");
  if (!exit) return;
  const leave = () => {
    document.title = exit.dataset.title;
    document.body.replaceChildren();
    window.location.replace(exit.href);
  };
  let pressedAt = -TWICE_WITHIN;
  exit.addEventListener("click", (event) => {
    event.preventDefault();
    leave();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.repeat) return;
    if (event.timeStamp - pressedAt < TWICE_WITHIN) leave();
    pressedAt = event.timeStamp;
  });
})();
