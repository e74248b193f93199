/**
 * Reviewing a drawn case: the form of a finding knows which page is on the screen, and pages once seen stay seen.
 *
 * Hears `viewer:page` and `viewer:seen` of viewer.js. Pages are `a[data-page][data-material][data-sha]`; `#finding-form` has
 * the fields `material`, `page`, `words`; `#verdict-form` takes `pages_seen` for the verdict. `[data-seen-progress]` counts.
 * A refusal of a finding (4xx) is shown in place of the list of findings: nothing typed is lost.
 */

const review = document.querySelector("[data-review]");
const form = document.getElementById("finding-form");
const progress = document.querySelector("[data-seen-progress]");
const key = `review-${review?.dataset.review}`;
const verdict = document.getElementById("verdict-form");

function remembered() {
  try {
    return new Set(JSON.parse(sessionStorage.getItem(key) ?? "[]"));
  } catch {
    return new Set();
  }
}

function count() {
  if (!progress) return;
  const pages = [...document.querySelectorAll("[data-viewer-pages] a[data-page]")];
  const seen = pages.filter((page) => page.dataset.seen !== undefined);
  progress.querySelector("[data-seen-count]").textContent = String(seen.length);
  progress.toggleAttribute("data-whole", seen.length === pages.length);
  sessionStorage.setItem(key, JSON.stringify(seen.map((page) => page.dataset.page)));
}

/* What was on the screen before this page was loaded again, was on the screen. */
for (const page of document.querySelectorAll("[data-viewer-pages] a[data-page]")) {
  if (page.dataset.seen !== undefined || !remembered().has(page.dataset.page)) continue;
  page.dataset.seen = "";
  const field = Object.assign(document.createElement("input"), { type: "hidden", name: "pages_seen", value: page.dataset.page });
  verdict?.append(field);
}
count();

document.addEventListener("viewer:seen", count);
document.addEventListener("viewer:page", ({ detail }) => {
  const page = document.querySelector(`[data-viewer-pages] a[data-page="${detail.page}"]`);
  for (const line of document.querySelectorAll("[data-viewer-pages] [data-material][data-here]")) line.removeAttribute("data-here");
  page?.closest("section[data-material]")?.setAttribute("data-here", "");
  if (!form || !page || form.elements.words.value.trim()) return; // a finding somebody is writing keeps its place
  form.elements.material.value = page.dataset.material;
  form.elements.page.value = page.dataset.sha;
});

form?.elements.material.addEventListener("change", () => {
  form.elements.page.value = ""; // another material than that of the page on the screen
});

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.target.id !== "findings-part" || detail.xhr.status < 400 || detail.xhr.status >= 500) return;
  detail.shouldSwap = true;
  detail.isError = false;
});

document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.elt === form && detail.xhr.status < 400) {
    form.elements.words.value = "";
    form.elements.kind.value = "";
    form.elements.kind.blur();
  }
});
