// The page by keyboard: through the list or the messages, back, search, help.
const dialog = document.querySelector("[data-keys]");
const letters = document.querySelector("[data-letters]");
const search = document.getElementById("q");
const STORED = "eightbyeight-inbox-letters";

function step(by) {
  const inThread = document.querySelector(".pane.thread").contains(document.activeElement);
  const rows = [...document.querySelectorAll(inThread ? ".look" : ".row")];
  if (!rows.length) return;
  let at = rows.indexOf(document.activeElement);
  if (at < 0) at = rows.findIndex((row) => row.hasAttribute("aria-current"));
  const next = at < 0 ? (inThread ? rows.length - 1 : 0) : Math.max(0, Math.min(at + by, rows.length - 1));
  rows[next].focus();
  (rows[next].closest(".bubble") ?? rows[next]).scrollIntoView({ block: "nearest" });
}

function back(go) {
  const place = new URL(location.href);
  const open = ["umid", "id", "q"].find((name) => place.searchParams.has(name));
  if (!open) return;
  place.searchParams.delete(open);
  go(place.href);
}

// A browser may keep pages from storing anything.
function stored(value) {
  try {
    if (value) localStorage.setItem(STORED, value);
    return localStorage.getItem(STORED);
  } catch {
    return null;
  }
}

export function listenToKeys(go) {
  const help = document.querySelector("[data-help]");
  letters.checked = stored() !== "off";
  letters.addEventListener("change", () => stored(letters.checked ? "on" : "off"));
  help.addEventListener("click", () => dialog.showModal());
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || dialog.open || event.isComposing) return;
    const field = event.target.closest("input, textarea");
    if (event.key === "Escape") {
      if (field && field !== search) field.blur();
      else if (field && field.value) return;
      else if (field) document.querySelector(".row")?.focus();
      else back(go);
      return;
    }
    const isArrow = event.key === "ArrowDown" || event.key === "ArrowUp";
    if (field && !(field === search && isArrow)) return;
    const scrolls = event.target.closest("pre, .cards, .talk") === event.target;
    const known = {
      ArrowDown: () => step(1),
      ArrowUp: () => step(-1),
      j: () => step(1),
      k: () => step(-1),
      r: () => document.getElementById("text")?.focus(),
      "/": () => search.focus(),
      "?": () => dialog.showModal(),
    }[event.key];
    if (!known || (isArrow ? scrolls : !letters.checked)) return;
    event.preventDefault();
    known();
  });
}
