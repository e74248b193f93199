/**
 * The queue: ticking cases to approve together, and keeping one's place when the list changes by itself.
 *
 * `[data-keeps]` is a part of the page that htmx replaces when something happened elsewhere. What was ticked stays ticked,
 * the focus stays on its line (or goes to the one that took its place), open lists stay as they were scrolled, and lines that
 * are new are marked `data-new`. `input[data-tick]` are the ticks, `[data-tick-all]` ticks all, `[data-together]` opens the
 * dialog `#together` with the list of what was ticked; T ticks the line that has the focus.
 */

const dialog = document.getElementById("together");
let kept = null;

const ticks = () => [...document.querySelectorAll("input[data-tick]")];
const rows = () => [...document.querySelectorAll("[data-row]")];

function count() {
  const chosen = ticks().filter((tick) => tick.checked);
  for (const place of document.querySelectorAll("[data-ticked-count]")) place.textContent = String(chosen.length);
  document.querySelector("[data-together]")?.setAttribute("aria-disabled", String(chosen.length === 0));
  const all = document.querySelector("[data-tick-all]");
  if (all) {
    all.checked = chosen.length > 0 && chosen.length === ticks().length;
    all.indeterminate = chosen.length > 0 && !all.checked;
  }
  const list = dialog?.querySelector("[data-ticked-list]");
  list?.replaceChildren(...chosen.map((tick) => {
    const line = document.createElement("li");
    line.textContent = tick.dataset.words;
    return line;
  }));
}

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-tick-all]")) for (const tick of ticks()) tick.checked = event.target.checked;
  if (event.target.matches("[data-tick], [data-tick-all]")) count();
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-together]");
  if (!button || button.getAttribute("aria-disabled") === "true") return;
  dialog.showModal();
  dialog.querySelector("input[name=pin]").focus();
});

document.addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() !== "t" || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (document.querySelector("dialog[open]") || event.target.matches("input:not([type=checkbox]), select, textarea")) return;
  const tick = document.activeElement.closest("[data-row]")?.querySelector("[data-tick]");
  if (!tick) return;
  event.preventDefault();
  tick.checked = !tick.checked;
  count();
});

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (!detail.target.matches("[data-keeps]")) return;
  const focused = document.activeElement;
  kept = {
    ticked: new Set(ticks().filter((tick) => tick.checked).map((tick) => tick.value)),
    known: new Set(rows().map((row) => row.dataset.row)),
    id: detail.target.contains(focused) ? focused.id : null,
    line: rows().indexOf(focused.closest?.("[data-row]")),
    top: window.scrollY,
  };
});

document.addEventListener("htmx:afterSwap", () => {
  if (!kept) return;
  const { ticked, known, id, line, top } = kept;
  kept = null;
  for (const tick of ticks()) tick.checked = ticked.has(tick.value);
  for (const row of rows()) if (known.size && !known.has(row.dataset.row)) row.dataset.new = "";
  count();
  window.scrollTo({ top, behavior: "instant" });
  if (id === null) return;
  const same = document.getElementById(id);
  const instead = line < 0 ? null : rows()[Math.min(line, rows().length - 1)]?.querySelector("a.row-link");
  (same ?? instead)?.focus({ preventScroll: true });
});

count();
