// The page works without this file; with it, it is live and never loads anew.
import { listenToKeys } from "./keyboard.js";

const body = document.body;
const home = body.dataset.home;
const panes = [...document.querySelectorAll("[data-pane]")];
const search = document.getElementById("q");
const said = document.querySelector("[data-said]");
const toast = document.querySelector("[data-toast]");
const live = document.querySelector("[data-live]");
const parser = new DOMParser();
const drawn = new Map();
const title = "Inbox of the local 8x8";
let last = Number(body.dataset.last);

// What the page shows stands in its address.
const query = () => new URLSearchParams(location.search);

async function go(address) {
  const left = query();
  history.pushState(null, "", address);
  await refresh();
  const { shown } = body.dataset;
  const wasAt = shown === "list" ? left.get("id") : left.get("umid");
  focusIn(document.querySelector(`.pane.${shown}`), wasAt);
}

// Going back leads to where one was; going forward to what was opened.
function focusIn(pane, key) {
  const links = [...pane.querySelectorAll("a[data-key]")];
  const link = links.find((one) => one.dataset.key === key) ?? (pane.matches(".list") ? links[0] : null);
  focus(pane.matches(".details") ? pane : (link ?? pane));
}

function focus(target) {
  if (target.tabIndex < 0) target.tabIndex = -1;
  target.focus({ preventScroll: target.matches(".pane") });
}

let took = 0;
let running = null;
let again = false;

// Never two at a time: what changes meanwhile is fetched afterwards.
function refresh() {
  again = true;
  running ??= drawAll();
  return running;
}

async function drawAll() {
  while (again) {
    again = false;
    const began = performance.now();
    await draw();
    took = performance.now() - began;
  }
  running = null;
}

async function draw() {
  const asked = location.search;
  const answers = await Promise.all([
    ...panes.map(async (pane) => {
      const answer = await fetch(`${home}/${pane.dataset.pane}${asked}`);
      return answer.status === 200 || answer.status === 404 ? answer.text() : null;
    }),
    fetch("/__mock__/clock").then((answer) => answer.json()),
  ]).catch(() => null);
  again ||= asked !== location.search;
  if (!answers || again) return;
  const { time } = answers.pop();
  const now = document.querySelector("[data-now]");
  now.dateTime = time;
  now.textContent = time.slice(11, 19);
  answers.forEach((html, index) => html !== null && put(panes[index], html));
  const shown = query();
  body.dataset.shown = shown.get("umid") ? "details" : shown.get("id") ? "thread" : "list";
  document.querySelector("[data-view]").value = shown.toString();
  document.title = [shown.get("id") && document.querySelector(".thread h2").textContent, title].filter(Boolean).join(", ");
  if (document.activeElement !== search) search.value = shown.get("q") ?? "";
}

// Put new content into a pane, and keep what the reader is at: place, focus, words, open parts.
function put(pane, html) {
  if (drawn.get(pane) === html) return;
  const focused = pane.contains(document.activeElement) ? document.activeElement : null;
  const before = keep(pane);
  pane.replaceChildren(...parser.parseFromString(html, "text/html").body.childNodes);
  drawn.set(pane, html);
  restore(pane, before);
  enhance(pane);
  if (!focused || focused === pane || document.contains(focused)) return;
  const { key } = focused.dataset;
  const twin = key
    ? [...pane.querySelectorAll("[data-key]")].find((one) => one.dataset.key === key)
    : focused.id && pane.querySelector(`#${CSS.escape(focused.id)}`);
  focus(twin && !twin.disabled ? twin : pane.closest(".pane"));
  if (twin?.id === "text") twin.setSelectionRange(focused.selectionStart, focused.selectionEnd);
}

const subject = (pane) => {
  const talk = pane.querySelector("[data-conversation], [data-umid]");
  return talk && (talk.dataset.conversation ?? talk.dataset.umid);
};

function keep(pane) {
  const scroll = pane.matches(".scroll") ? pane : pane.querySelector(".scroll");
  return {
    subject: subject(pane),
    top: scroll?.scrollTop ?? 0,
    atEnd: !scroll || scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 60,
    words: [...pane.querySelectorAll("textarea, input[id]")].map((one) => [one.id, one.value, one.checked]),
    open: [...pane.querySelectorAll("details[open][id]")].map((one) => one.id),
    sideways: [...pane.querySelectorAll(".cards")].map((one) => one.scrollLeft),
  };
}

function restore(pane, before) {
  const scroll = pane.matches(".scroll") ? pane : pane.querySelector(".scroll");
  const isSame = before.subject === subject(pane);
  if (isSame) {
    for (const [id, value, checked] of before.words) {
      const field = pane.querySelector(`#${CSS.escape(id)}`);
      if (field) Object.assign(field, { value, checked });
    }
    for (const id of before.open) pane.querySelector(`#${CSS.escape(id)}`)?.setAttribute("open", "");
    pane.querySelectorAll(".cards").forEach((one, index) => (one.scrollLeft = before.sideways[index] ?? 0));
  }
  if (!scroll) return;
  const wantsEnd = scroll.dataset.scroll === "end" && (before.atEnd || !isSame);
  scroll.scrollTop = wantsEnd ? scroll.scrollHeight : isSame || pane === scroll ? before.top : 0;
}

function enhance(root) {
  for (const one of root.querySelectorAll("[data-copy], [data-help]")) one.hidden = false;
  for (const one of root.querySelectorAll("[data-origin]")) one.textContent = location.origin;
}

function say(text, isBad = false) {
  said.textContent = text;
  toast.textContent = text;
  toast.classList.toggle("bad", isBad);
  toast.hidden = false;
  clearTimeout(say.timer);
  say.timer = setTimeout(() => (toast.hidden = true), isBad ? 6000 : 2500);
}

async function act(form, button) {
  if (form.ariaBusy) return;
  const fields = new FormData(form, button);
  form.ariaBusy = "true";
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      headers: { accept: "application/json" },
      body: new URLSearchParams(fields),
    });
    const { done, error } = await answer.json();
    say(done ?? error, !answer.ok);
    if (answer.ok && "clears" in form.dataset) form.reset();
  } catch {
    say("The mock does not answer", true);
  }
  form.ariaBusy = null;
  await refresh();
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if ("act" in form.dataset) {
    event.preventDefault();
    act(form, event.submitter);
  } else if (form.contains(search)) {
    event.preventDefault();
    look();
  }
});

document.addEventListener("click", async (event) => {
  const isPlain = event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
  const link = event.target.closest("a[data-go]");
  if (link && isPlain) {
    event.preventDefault();
    go(link.href);
    return;
  }
  const copy = event.target.closest("[data-copy]");
  if (copy) {
    const text = document.getElementById(copy.dataset.copy).textContent;
    await navigator.clipboard.writeText(text).then(() => say("Copied"), () => say("Copying is not allowed here", true));
  }
});

function look() {
  const wanted = query();
  search.value ? wanted.set("q", search.value) : wanted.delete("q");
  wanted.delete("people");
  history.replaceState(null, "", wanted.size ? `${home}?${wanted}` : home);
  refresh();
}

let typing;
search.addEventListener("input", () => {
  clearTimeout(typing);
  typing = setTimeout(look, 150);
});
addEventListener("popstate", () => refresh());

// News: from a stream, or where there is none by asking.
let soon;
function heard(news) {
  const arrived = news.filter((one) => one.kind === "message" || one.kind === "batch").length;
  if (arrived) said.textContent = arrived === 1 ? "A new message" : `${arrived} new messages`;
  // The more there is to draw, the more rarely: looking must not hold up what is looked at.
  soon ??= setTimeout(() => {
    soon = undefined;
    refresh();
  }, Math.max(120, 4 * took));
}

function listen() {
  const stream = new EventSource(`/__mock__/events?since=${last}`);
  stream.onopen = () => show("live");
  stream.onmessage = (event) => {
    const news = JSON.parse(event.data);
    last = news.n;
    heard([news]);
  };
  stream.onerror = () => {
    stream.close();
    ask();
  };
}

// A stream that breaks off is tried again after some rounds of asking.
async function ask(round = 1) {
  try {
    const answer = await fetch(`/__mock__/changes?since=${last}`);
    const found = await answer.json();
    // A mock that was started anew counts from the beginning.
    if (found.last !== last) heard(found.changes);
    last = found.last;
    show("live");
    setTimeout(() => (round < 5 ? ask(round + 1) : listen()), 1000);
  } catch {
    show("the mock does not answer");
    setTimeout(ask, 2000);
  }
}

function show(text) {
  live.hidden = false;
  live.textContent = text;
  live.classList.toggle("off", text !== "live");
}

for (const pane of panes) enhance(pane);
enhance(document);
const talk = document.querySelector("[data-scroll=end]");
if (talk) talk.scrollTop = talk.scrollHeight;
listenToKeys(go);
listen();
