/**
 * The decision screen: opens the confirmation with the chosen act, and keeps the officer from signing unseen pages.
 *
 * Without this module the buttons send the form and the server asks for what is lacking.
 * Buttons `[data-decide="approve|return|refuse"]` open `#decision`, whose `data-decision` picks the words and the button
 * shown. A return or refusal needs its reason first; an approval needs every page to have been on the screen.
 */

const dialog = document.getElementById("decision");
const confirm = dialog?.querySelector("[data-decision-button]");
const pin = document.getElementById("id_pin");
const basis = document.getElementById("legal_basis");
const opinion = document.getElementById("opinion");
const viewer = document.querySelector("[data-viewer]");
const progress = document.querySelector("[data-seen-progress]");
let left = Number(progress?.dataset.left ?? 0);

viewer?.addEventListener("viewer:seen", ({ detail }) => seen(detail));
viewer?.addEventListener("viewer:page", () => progress?.removeAttribute("data-asked"));

function seen({ left: unseen, all }) {
  left = unseen;
  if (!progress) return;
  progress.querySelector("[data-seen-count]").textContent = String(all - unseen);
  progress.toggleAttribute("data-whole", unseen === 0);
}

function ask(act) {
  opinion.setCustomValidity("");
  if (act === "approve" && left > 0) {
    viewer.viewer.showUnseen();
    viewer.viewer.note(progress.dataset.unseen.replace("{left}", String(left)));
    return;
  }
  if (act === "approve" && !opinion.value.trim()) opinion.value = opinion.dataset.standard; // never without words
  if (act !== "approve" && opinion.value.trim() === opinion.dataset.standard) opinion.value = ""; // agreement is no reason
  if (!opinion.value.trim()) {
    opinion.setCustomValidity(opinion.dataset.needed);
    opinion.reportValidity();
    opinion.focus();
    return;
  }
  prepare(act);
  dialog.showModal();
  (act === "approve" && pin.matches("input") ? pin : act === "refuse" ? basis : confirm).focus();
}

/** A return has no seal, so no PIN; a refusal names its legal basis. */
function prepare(act) {
  dialog.dataset.decision = act;
  confirm.value = act;
  pin.required = act !== "return";
  pin.closest("[data-pin]").hidden = act === "return";
  basis.required = act === "refuse";
  for (const place of dialog.querySelectorAll("[data-shows=opinion]")) place.textContent = opinion.value.trim();
}

for (const button of document.querySelectorAll("[data-decide]")) {
  button.addEventListener("click", (event) => {
    event.preventDefault();
    ask(button.dataset.decide);
  });
}
opinion?.addEventListener("input", () => opinion.setCustomValidity(""));
for (const phrase of document.querySelectorAll("[data-phrase]")) {
  phrase.addEventListener("click", () => {
    opinion.value = opinion.value.trim() ? `${opinion.value.trimEnd()}\n${phrase.dataset.phrase}` : phrase.dataset.phrase;
    opinion.dispatchEvent(new Event("input"));
    opinion.focus();
  });
}
if (dialog?.hasAttribute("data-open")) prepare(dialog.dataset.decision);

/* Enter in the PIN or the legal basis presses the one button of the dialog, not the first of the form. */
dialog?.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches("input")) return;
  event.preventDefault();
  opinion.form.requestSubmit(confirm);
});
