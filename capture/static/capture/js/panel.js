/** The right-hand column: what quality says of the last page, and the stills that are still on their way. */

import { icon, text } from "./texts.js";

/** Say what was found out about a page (`about` names it), or why a picture did not become one. */
export function tell(panel, { verdict, title, about = "", findings }) {
  const head = document.createElement("p");
  head.className = `verdict-word tone-${{ pass: "ok", warn: "warn", refuse: "stop" }[verdict]}`;
  head.append(icon(verdict), title);
  const rows = findings.map((finding) => {
    const row = document.createElement("li");
    row.className = finding.level === "refuse" ? "banner banner-error" : "banner banner-warning";
    const words = document.createElement("div");
    words.append(paragraph(finding.message), paragraph(finding.advice, "advice"));
    row.append(icon(finding.level), words);
    return row;
  });
  const list = document.createElement("ul");
  list.append(...rows);
  panel.replaceChildren(head, ...(about ? [paragraph(about, "muted small")] : []), ...(rows.length ? [list] : []));
}

/** Draw the queue. `named` gives a slot's name by its code; `onDiscard` and `onCorners` take a still. */
export function queue(panel, stills, { named, onDiscard, onCorners }) {
  panel.parentElement.hidden = stills.length === 0;
  panel.replaceChildren(...stills.map((still) => {
    const row = document.createElement("li");
    row.dataset.state = still.state;
    const name = document.createElement("span");
    name.textContent = named(still.material);
    const state = document.createElement("span");
    state.className = "muted small";
    state.textContent = still.problem ? still.problem.message : text(`queue-${still.state}`, { percent: Math.round(100 * still.sent) });
    const bar = document.createElement("progress");
    bar.max = 1;
    bar.value = still.sent;
    bar.hidden = still.state !== "sending";
    row.append(name, state, bar);
    if (still.state === "refused") {
      const tools = document.createElement("span");
      tools.className = "cluster";
      if (still.kind === "page") tools.append(button(text("set-corners"), () => onCorners(still)));
      tools.append(button(text("discard"), () => onDiscard(still)));
      row.append(tools);
    }
    return row;
  }));
}

/** How an import goes: a bar, a stop button while it runs, and every file that was no picture, with what to do about it. */
export function importing(panel, { done, all, left, problems, stopped, full, over }, { onStop, name }) {
  panel.hidden = over && !problems.length && !full && !stopped; // what went well needs no word
  const head = document.createElement("h2");
  head.textContent = text(!over ? "import-running" : stopped ? "import-stopped" : full ? "import-full" : "import-done", { done, all, left, name, taken: done - problems.length });
  const bar = Object.assign(document.createElement("progress"), { max: Math.max(all, 1), value: done, hidden: over });
  const list = document.createElement("ul");
  list.append(...problems.map((problem) => {
    const row = document.createElement("li");
    row.append(paragraph(text(`file-${problem.reason}`, problem)), paragraph(text(`file-${problem.reason}-advice`, problem), "advice muted small"));
    return row;
  }));
  const act = over ? button(text("close"), () => (panel.hidden = true)) : button(text("import-stop"), onStop);
  panel.replaceChildren(head, bar, list, act);
}

function paragraph(words, kind = "") {
  const line = document.createElement("p");
  line.className = kind;
  line.textContent = words;
  return line;
}

function button(words, act) {
  const element = document.createElement("button");
  element.type = "button";
  element.className = "button button-small";
  element.textContent = words;
  element.addEventListener("click", act);
  return element;
}
