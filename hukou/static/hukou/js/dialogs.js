/**
 * Dialogs: `data-opens="id"` shows the dialog of that id, `data-closes` inside it closes it.
 *
 * `data-value-<name>` on the opener is put into the dialog's field of that name and shown in elements with
 * `data-shows="<name>"`, so one dialog serves all rows of a list; `data-action` becomes the address of its form.
 * The field marked `autofocus` has focus at once. A dialog marked `data-open` opens with the page: the answer of the
 * server to a form with a mistake in it.
 */

function fill(dialog, opener) {
  const form = dialog.querySelector("form");
  if (form && opener.dataset.action) form.action = opener.dataset.action;
  for (const [name, value] of Object.entries(opener.dataset)) {
    if (!name.startsWith("value")) continue;
    const key = name.slice(5).toLowerCase();
    const field = form?.elements.namedItem(key);
    if (field) field.value = value;
    for (const place of dialog.querySelectorAll(`[data-shows="${key}"]`)) place.textContent = value;
  }
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener && opener.getAttribute("aria-disabled") !== "true") {
    const dialog = document.getElementById(opener.dataset.opens);
    if (!dialog) return;
    event.preventDefault();
    fill(dialog, opener);
    dialog.showModal();
    return;
  }
  const closer = event.target.closest("[data-closes]");
  if (closer) {
    event.preventDefault();
    closer.closest("dialog").close();
  }
});

for (const dialog of document.querySelectorAll("dialog[data-open]")) dialog.showModal();
