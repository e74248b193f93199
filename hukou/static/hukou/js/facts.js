/**
 * While facts are ticked, show which conditional materials they make necessary, and which people are to be named.
 *
 * Items carry `data-when="proxy married"`: needed when every fact named is ticked (domain.md §2.5). The list is
 * complete without this module; the server computes the slots again when the case is opened. Fields carry
 * `data-named-when="proxy"`: whoever acts for the applicant is named, and the part of the form that names them opens.
 */

const boxes = [...document.querySelectorAll("input[name=facts]")];
const items = [...document.querySelectorAll("[data-when]")];
const fields = [...document.querySelectorAll("[data-named-when]")];
const others = document.querySelector("[data-others]");
const figure = document.querySelector("[data-needed-count]");

function show() {
  const held = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
  for (const item of items) {
    const needed = item.dataset.when.split(" ").every((fact) => held.has(fact));
    item.toggleAttribute("data-needed", needed);
  }
  for (const field of fields) {
    const needed = held.has(field.dataset.namedWhen);
    field.querySelector("input").required = needed;
    field.querySelector(".optional").hidden = needed;
    if (needed) others.open = true;
  }
  if (figure) figure.textContent = document.querySelectorAll("[data-needed]").length;
}

// A field in a closed part cannot be pointed at by the browser: the part opens first.
for (const field of fields) field.querySelector("input").addEventListener("invalid", () => (others.open = true));
for (const box of boxes) box.addEventListener("change", show);
if (boxes.length) show();
