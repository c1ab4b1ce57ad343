// The page of the chat: sends what is written, once each, whatever the line does; shows what comes.
// What waits to be sent stands in sessionStorage: it survives a reload, and goes when the window is closed.
"use strict";
(() => {
  const room = document.getElementById("chat");
  if (!room) return;
  const by = (id) => document.getElementById(id);
  const log = by("chat-log"), pane = by("chat-scroll"), form = by("chat-form"), box = by("chat-text");
  const notice = by("chat-notice"), offline = by("chat-offline"), anchor = by("chat-anchor"), fresh = by("chat-new");
  const correcting = by("chat-correcting"), words = by("chat-words").dataset;
  const language = room.dataset.language, embed = room.dataset.embed;

  const SLOWEST = 30000, FIRST_PAUSE = 1000; // milliseconds between tries
  const ASK_EVERY = 4000; // milliseconds, where nothing tells us of news
  const LISTEN_AGAIN = 30000; // ... and to the next try to be told
  const NEAR_END = 80; // pixels: who is so near to the end of the log wants to follow it
  const OUTBOX = "matala.chat.outbox", DRAFT = "matala.chat.draft";

  // ------------------------------------------------------------ what survives a reload

  const store = {
    read(name, otherwise) {
      try {
        return JSON.parse(sessionStorage.getItem(name)) ?? otherwise;
      } catch {
        return otherwise;
      }
    },
    write(name, value) {
      try {
        if (value === null) sessionStorage.removeItem(name);
        else sessionStorage.setItem(name, JSON.stringify(value));
      } catch {
        // a browser that keeps nothing: it stays in memory
      }
    },
  };

  let token = room.dataset.token;
  let place = room.dataset.place;
  let queue = room.dataset.left ? [] : store.read(OUTBOX, []);
  let corrects = ""; // the key of what is being corrected
  let isFollowing = false; // something was sent: it stays at the top, and what comes of it below, until one scrolls
  let pause = FIRST_PAUSE, timer = 0, isSending = false, hasBegun = place !== "0-0";
  if (room.dataset.left) {
    store.write(OUTBOX, null);
    store.write(DRAFT, null);
  }

  const newKey = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (each) => each.toString(16).padStart(2, "0")).join("");
  const keep = () => store.write(OUTBOX, queue.length ? queue : null);

  // ------------------------------------------------------------ the log

  const isAtEnd = () => pane.scrollHeight - pane.scrollTop - pane.clientHeight < NEAR_END;
  const toEnd = () => {
    pane.scrollTop = pane.scrollHeight;
    fresh.hidden = true;
  };
  // What is new is read from its beginning, be it longer than the screen.
  const toStartOf = (item) => {
    if (!item) return;
    pane.scrollTop = item.offsetTop - pane.offsetTop - 8;
    fresh.hidden = true;
  };
  const element = (html) => new DOMParser().parseFromString(`<ol>${html}</ol>`, "text/html").querySelector("li");
  const mine = (key) => [...log.children].find((each) => each.dataset.key === key);

  let newest = [];
  const put = (post) => {
    const item = document.importNode(element(post.html), true);
    const known = by(item.id) || (item.dataset.key && mine(item.dataset.key));
    if (known) known.replaceWith(item);
    else log.insertBefore(item, log.querySelector(".pending"));
    newest.push(item);
    if (post.anchor) {
      anchor.textContent = post.anchor;
      anchor.value = post.anchor;
    }
  };

  const take = (change) => {
    const isAtTheEnd = isAtEnd();
    newest = [];
    if (change.whole) log.replaceChildren();
    place = change.place;
    if (change.posts.length) hasBegun = true;
    change.posts.forEach(put);
    if (change.whole) queue.forEach(showWaiting);
    offerToCorrect();
    const answer = newest.find((item) => !item.classList.contains("you"));
    if (isFollowing) toStartOf([...log.querySelectorAll(".you")].at(-1));
    else if (isAtTheEnd && answer) toStartOf(answer);
    fresh.hidden = isAtEnd() || (fresh.hidden && !answer);
  };

  const showWaiting = (each) => {
    if (each.kind !== "message" || each.of) return;
    const item = by("chat-pending").content.firstElementChild.cloneNode(true);
    item.dataset.key = each.key;
    item.querySelector(".words").textContent = each.text;
    const at = new Date(each.at);
    item.querySelector("time").textContent = `${at.getHours()}.${String(at.getMinutes()).padStart(2, "0")}`;
    log.append(item);
    mark(each.key, words.sending);
  };

  const mark = (key, state) => {
    const shown = mine(key)?.querySelector(".sending");
    if (shown) shown.textContent = state;
  };

  const say = (text) => {
    notice.textContent = text;
    notice.hidden = !text;
  };

  const showSaving = (html) => {
    if (!html || by("chat-saves")) return;
    const item = document.importNode(element(html), true);
    item.id = "chat-saves";
    log.append(item);
    toEnd();
  };

  // ------------------------------------------------------------ sending

  const send = (each) => {
    queue.push({ key: newKey(), at: Date.now(), ...each });
    keep();
    showWaiting(queue.at(-1));
    isFollowing = true;
    toEnd();
    flush();
  };

  const later = (milliseconds) => {
    clearTimeout(timer);
    timer = setTimeout(flush, milliseconds);
  };

  const ask = (each) =>
    fetch(each.kind === "press" ? "/chat/presses" : "/chat/messages", {
      method: "POST",
      credentials: "same-origin",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ ...each, at: undefined, token: each.token || token, language, embed }),
    });

  const flush = async () => {
    if (isSending || !queue.length) return;
    isSending = true;
    const each = queue[0];
    // Until the cookie is there, the token says whose first words these are: the same ones, when they are sent again.
    if (!each.token) each.token = token;
    keep();
    let answer = null, told = null;
    try {
      answer = await ask(each);
      told = await answer.json();
    } catch {
      told = null; // no line, or something between us that answers in our place
    }
    isSending = false;
    settle(each, answer, told);
  };

  const settle = (each, answer, told) => {
    switch (told?.state) {
      case "sent":
        queue.shift();
        token = told.token;
        queue.forEach((other) => delete other.token);
        pause = FIRST_PAUSE;
        mark(each.key, words.sent);
        by("chat-saves")?.remove();
        offline.hidden = true;
        say("");
        keep();
        listen();
        later(0);
        return;
      case "stale":
        each.token = token = told.token;
        keep();
        later(each.again ? wait() : 0);
        each.again = true;
        return;
      case "empty":
      case "too_long":
      case "old_button":
        queue.shift();
        keep();
        say(told.text);
        mine(each.key)?.remove();
        if (each.text && !box.value) box.value = each.text;
        later(0);
        return;
      case "busy":
        say(told.text);
        mark(each.key, words.waiting);
        later(1000 * Number(answer.headers.get("Retry-After") || 5));
        return;
      default:
        mark(each.key, words.waiting);
        offline.hidden = false;
        showSaving(told?.saves);
        later(wait());
    }
  };

  const wait = () => {
    const now = pause * (0.75 + Math.random() / 2); // not all at once when the server is back
    pause = Math.min(pause * 2, SLOWEST);
    return now;
  };

  // ------------------------------------------------------------ hearing

  let source = null, asking = 0, triedAt = 0;
  const query = () => `since=${encodeURIComponent(place)}&language=${language}`;

  const listen = () => {
    if (!window.EventSource) return poll();
    if (source && source.readyState !== EventSource.CLOSED) return;
    triedAt = Date.now();
    source = new EventSource(`/chat/events?${query()}`);
    source.onopen = () => {
      clearTimeout(asking);
      if (!queue.length) offline.hidden = true;
    };
    source.onmessage = (event) => {
      offline.hidden = true;
      take(JSON.parse(event.data));
    };
    source.onerror = () => {
      // It tries again by itself, from the last place it knows; closed for good, we ask instead.
      if (source.readyState === EventSource.CLOSED) poll();
    };
  };

  const poll = () => {
    clearTimeout(asking);
    asking = setTimeout(async () => {
      try {
        const answer = await fetch(`/chat/posts?${query()}`, { credentials: "same-origin" });
        if (answer.ok) take(await answer.json());
      } catch {
        // the next time
      }
      if (window.EventSource && Date.now() - triedAt > LISTEN_AGAIN) listen();
      else if (hasBegun) poll();
    }, ASK_EVERY);
  };

  // ------------------------------------------------------------ writing

  const grow = () => {
    box.style.height = "auto";
    box.style.height = `${Math.min(box.scrollHeight + 2, window.innerHeight * 0.35)}px`;
  };

  const submit = () => {
    const text = box.value.trim();
    if (!text) return box.focus();
    say("");
    const of = corrects;
    stopCorrecting();
    box.value = "";
    store.write(DRAFT, null);
    grow();
    if (of) {
      const shown = mine(of)?.querySelector(".words");
      if (shown) shown.textContent = text;
      mark(of, words.sending);
    }
    send(of ? { kind: "message", text, of } : { kind: "message", text });
    box.focus();
  };

  const offerToCorrect = () => {
    log.querySelectorAll(".correct").forEach((each) => each.remove());
    const last = [...log.querySelectorAll(".you:not(.press):not(.pending)")].at(-1);
    if (!last?.dataset.key) return;
    const button = by("chat-correct").content.firstElementChild.cloneNode(true);
    button.addEventListener("click", () => {
      corrects = last.dataset.key;
      box.value = last.querySelector(".words").textContent;
      correcting.hidden = false;
      grow();
      box.focus();
    });
    last.append(button);
  };

  const stopCorrecting = () => {
    corrects = "";
    correcting.hidden = true;
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    submit();
  });
  box.addEventListener("input", () => {
    store.write(DRAFT, box.value || null);
    grow();
  });
  by("chat-cancel").addEventListener("click", () => {
    stopCorrecting();
    box.value = "";
    grow();
    box.focus();
  });
  by("chat-anchor-form").addEventListener("submit", (event) => {
    event.preventDefault();
    send({ kind: "message", text: anchor.value });
  });
  by("chat-presses").addEventListener("submit", (event) => {
    event.preventDefault();
    if (event.submitter) send({ kind: "press", press: event.submitter.value });
  });
  by("chat-leave")?.addEventListener("submit", () => {
    store.write(OUTBOX, null);
    store.write(DRAFT, null);
  });
  fresh.addEventListener("click", () => {
    toEnd();
    box.focus();
  });
  ["wheel", "touchmove", "keydown"].forEach((kind) => {
    pane.addEventListener(kind, () => (isFollowing = false), { passive: true });
  });
  pane.addEventListener("scroll", () => {
    if (isAtEnd()) fresh.hidden = true;
  });

  // ------------------------------------------------------------ the line

  const onLine = () => {
    if (navigator.onLine === false) {
      offline.hidden = false;
      return;
    }
    pause = FIRST_PAUSE;
    if (queue.length) later(0);
    else offline.hidden = true;
    if (hasBegun) listen();
  };
  window.addEventListener("online", onLine);
  window.addEventListener("offline", onLine);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) onLine();
  });

  // ------------------------------------------------------------ begin

  if (!box.value) box.value = store.read(DRAFT, "");
  grow();
  offerToCorrect();
  queue.forEach(showWaiting);
  const last = [...log.querySelectorAll(".you")].at(-1);
  if (last) toStartOf(last);
  else if (log.children.length) toEnd();
  if (hasBegun) listen();
  if (embed) {
    // A browser that keeps no cookie of ours here would begin a new conversation with each message.
    fetch(`/chat/posts?${query()}`, { credentials: "same-origin" })
      .then((answer) => answer.json())
      .then((told) => {
        if (told.kept) return;
        by("chat-own").hidden = false;
        form.hidden = by("chat-anchor-form").hidden = true;
      })
      .catch(() => {});
  }
  onLine();
})();
