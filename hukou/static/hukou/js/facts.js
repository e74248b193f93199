/**
 * While facts are ticked, show which conditional materials they make necessary.
 *
 * Items carry `data-when="proxy married"`: needed when every fact named is ticked (domain.md §2.5). The list is
 * complete without this module; the server computes the slots again when the case is opened.
 */

const boxes = [...document.querySelectorAll("input[name=facts]")];
const items = [...document.querySelectorAll("[data-when]")];
const figure = document.querySelector("[data-needed-count]");

function show() {
  const held = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
  for (const item of items) {
    const needed = item.dataset.when.split(" ").every((fact) => held.has(fact));
    item.toggleAttribute("data-needed", needed);
  }
  if (figure) figure.textContent = document.querySelectorAll("[data-needed]").length;
}

for (const box of boxes) box.addEventListener("change", show);
if (items.length) show();
