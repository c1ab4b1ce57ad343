// The desk, live: fetches what has changed, says who calls, sounds if allowed, takes keys. Without it, forms and reloads do.
"use strict";
(() => {
  const POLL = 5000, QUIET = 800;
  const $ = (id) => document.getElementById(id);
  const words = $("words").dataset;
  const news = $("news");
  const plainTitle = document.title;
  const store = {
    get: (name) => { try { return localStorage.getItem("matala_desk_" + name); } catch { return null; } },
    set: (name, value) => { try { localStorage.setItem("matala_desk_" + name, value); } catch { /* kept for this page only */ } },
  };
  let known = JSON.parse(words.seen), wait = 0, isOver = false;

  // ------------------------------------------------------------ settings
  const sound = $("sound"), keys = $("keys");
  $("tools").hidden = false;
  const isOn = (button) => button.getAttribute("aria-pressed") === "true";
  const set = (button, on) => button.setAttribute("aria-pressed", on ? "true" : "false");
  set(keys, store.get("keys") !== "off");
  set(sound, store.get("sound") === "on");
  keys.addEventListener("click", () => { set(keys, !isOn(keys)); store.set("keys", isOn(keys) ? "on" : "off"); });
  sound.addEventListener("click", () => { set(sound, !isOn(sound)); store.set("sound", isOn(sound) ? "on" : "off"); if (isOn(sound)) tone(1); });

  let audio = null;
  // A browser lets no page sound before somebody has touched it.
  const wakeAudio = () => { if (isOn(sound) && !audio && window.AudioContext) { audio = new AudioContext(); } if (audio && audio.state === "suspended") { audio.resume(); } };
  document.addEventListener("pointerdown", wakeAudio);
  document.addEventListener("keydown", wakeAudio);
  function tone(times) {
    wakeAudio();
    if (!audio) return;
    for (let at = 0; at < times; at += 1) {
      const start = audio.currentTime + at * 0.35, bell = audio.createOscillator(), loud = audio.createGain();
      bell.frequency.value = at % 2 ? 659 : 523;
      loud.gain.setValueAtTime(0, start);
      loud.gain.linearRampToValueAtTime(0.2, start + 0.02);
      loud.gain.exponentialRampToValueAtTime(0.001, start + 0.3);
      bell.connect(loud).connect(audio.destination);
      bell.start(start);
      bell.stop(start + 0.3);
    }
  }

  // ------------------------------------------------------------ news
  const say = (text) => { news.textContent = text; };
  const named = (text, code) => text.replace("CODE", code);
  function title(text) { document.title = (text ? text + " – " : "") + plainTitle; }
  for (const sign of ["focus", "pointerdown", "keydown"]) window.addEventListener(sign, () => title(""));

  function onNews(now, isSounding) {
    if (news.textContent === words.off) say("");
    const calls = Object.keys(now.calls).filter((code) => !(code in known.calls) || now.calls[code] > known.calls[code]);
    const said = Object.keys(now.words).filter((code) => code in known.words && now.words[code] > known.words[code]);
    if (calls.length) { tell(named(words.call, calls.join(", ")), isSounding ? 3 : 0); }
    else if (now.notice > known.notice) { tell(words.notice, isSounding ? 2 : 0); }
    else if (said.length) { tell(named(words.words, said.join(", ")), isSounding ? 1 : 0); }
    if (isNewHere(now)) refreshSoon();
    known = now;
  }
  function tell(text, times) {
    say(text);
    title("● " + text);
    if (isOn(sound) && times) tone(times);
  }
  function isNewHere(now) {
    const shown = document.querySelector(".case");
    if (shown) return now.cases[shown.dataset.case] !== known.cases[shown.dataset.case];
    return now.notice !== known.notice || JSON.stringify(now.cases) !== JSON.stringify(known.cases);
  }
  function onOver() { isOver = true; say(words.over); }

  // ------------------------------------------------------------ fetching what has changed
  function refreshSoon() { clearTimeout(wait); wait = setTimeout(refresh, 150); }
  function isBusy(zone) {
    if (zone.contains(document.activeElement) && document.activeElement !== document.body) return true;
    return [...zone.querySelectorAll("textarea")].some((each) => each.value.trim() && each.value !== each.defaultValue);
  }
  async function refresh() {
    const address = new URL(location.href);
    address.searchParams.delete("done");
    address.hash = "";
    let page;
    try {
      const answer = await fetch(address, { credentials: "same-origin", redirect: "error" });
      if (answer.status === 403) return onOver();
      if (!answer.ok) return;
      page = new DOMParser().parseFromString(await answer.text(), "text/html");
    } catch { return; }
    const shown = document.querySelector(".case"), now = page.querySelector(".case");
    const isOther = shown && now && shown.dataset.state !== now.dataset.state;
    for (const zone of document.querySelectorAll("[data-live]")) {
      const fresh = page.querySelector(`[data-live="${zone.dataset.live}"]`);
      const isForm = zone.dataset.live === "answer" || zone.dataset.live === "deeds";
      if (!fresh || (isForm && !isOther)) continue;
      if (isForm && isBusy(zone)) { say(words.changed); continue; }
      if (zone.innerHTML !== fresh.innerHTML) replace(zone, fresh);
    }
    if (isOther) shown.dataset.state = now.dataset.state;
    if (document.querySelector('[data-live="queue"]')) mark(current);
  }
  function replace(zone, fresh) {
    const open = [...zone.querySelectorAll("details")].map((each) => each.open);
    const focused = zone.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
    zone.className = fresh.className;
    zone.replaceChildren(...document.importNode(fresh, true).childNodes);
    [...zone.querySelectorAll("details")].forEach((each, at) => { each.open = open[at] || each.open; });
    if (focused) { const link = zone.querySelector(`a[href="${CSS.escape(focused)}"]`); if (link) link.focus(); }
  }

  // ------------------------------------------------------------ listening: one page of a browser for all of them
  const channel = window.BroadcastChannel ? new BroadcastChannel("matala_desk") : null;
  if (channel) channel.addEventListener("message", (event) => { if (event.data.over) onOver(); else onNews(event.data, false); });
  function hear(now) { if (channel) channel.postMessage(now); onNews(now, true); }
  function listen() {
    return new Promise(() => {
      const source = new EventSource("/desk/events");
      let poll = 0;
      source.onmessage = (event) => { clearInterval(poll); poll = 0; hear(JSON.parse(event.data)); };
      source.addEventListener("over", () => { source.close(); if (channel) channel.postMessage({ over: true }); onOver(); });
      source.onerror = () => { if (!isOver && !poll) { poll = setInterval(ask, POLL); setTimeout(() => { if (poll && !isOver) say(words.off); }, QUIET * 5); ask(); } if (source.readyState === EventSource.CLOSED && !isOver) setTimeout(listen, POLL); };
    });
  }
  async function ask() {
    if (isOver) return;
    try {
      const answer = await fetch("/desk/news", { credentials: "same-origin" });
      if (answer.status === 403) return onOver();
      if (answer.ok) hear(await answer.json());
    } catch { /* asked again soon */ }
  }
  ask();
  if (navigator.locks && channel) navigator.locks.request("matala_desk_events", listen); else listen();

  // ------------------------------------------------------------ canned answers go into the field
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-canned]"), field = $("text");
    if (!link || !field || field.readOnly) return;
    event.preventDefault();
    const text = link.parentElement.querySelector(".preview").textContent;
    const before = field.value.slice(0, field.selectionStart), after = field.value.slice(field.selectionEnd);
    const gap = before && !/\s$/.test(before) ? "\n" : "";
    field.value = before + gap + text + after;
    field.focus();
  });
  // A second click on the same button sends nothing twice.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "yes";
    setTimeout(() => { delete form.dataset.sent; }, POLL);
  });
  window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

  // ------------------------------------------------------------ keys
  let current = -1;
  const rows = () => [...document.querySelectorAll("tr[data-case]")].filter((row) => row.offsetParent !== null);
  function mark(at) {
    const every = rows();
    every.forEach((row) => row.removeAttribute("aria-current"));
    if (at < 0 || !every.length) return;
    current = Math.min(at, every.length - 1);
    every[current].setAttribute("aria-current", "true");
  }
  function move(by) {
    const every = rows();
    if (!every.length) return;
    mark(Math.max(0, Math.min(current + by, every.length - 1)));
    const link = every[current].querySelector("a");
    link.focus();
  }
  document.addEventListener("keydown", (event) => {
    if (!isOn(keys) || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest("input, textarea, select, dialog") || event.target.isContentEditable) return;
    const go = { j: () => move(1), k: () => move(-1), u: () => location.assign("/desk"), "?": () => $("help").showModal(),
      r: () => $("text") && $("text").focus(), c: () => $("claim") && $("claim").form.requestSubmit($("claim")) }[event.key];
    if (go) { event.preventDefault(); go(); }
  });
})();
