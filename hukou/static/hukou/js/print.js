/**
 * `data-prints` prints this page; `data-prints="id"` prints the document in the frame of that id.
 *
 * `data-prints-note` is an address that puts the printing on record first: what it does not take is not printed, and why
 * stands beside the button. The browser's own menu prints without it; that the page was opened is on record in any case.
 */

async function noted(button) {
  const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
  const headers = { "X-CSRFToken": token, "X-Requested-With": "fetch", Accept: "application/json" };
  const answer = await fetch(button.dataset.printsNote, { method: "POST", headers });
  if (answer.ok) return true;
  const { message = "", advice = "" } = await answer.json().catch(() => ({}));
  say(button, `${message}${advice}`);
  return false;
}

function say(button, text) {
  const place = document.createElement("span");
  place.className = "tone-stop small";
  place.setAttribute("role", "alert");
  place.textContent = text;
  button.nextElementSibling?.matches("[role=alert]") && button.nextElementSibling.remove();
  button.after(place);
}

for (const button of document.querySelectorAll("[data-prints]")) {
  button.addEventListener("click", async () => {
    if (button.dataset.printsNote && !(await noted(button))) return;
    const frame = document.getElementById(button.dataset.prints);
    if (!frame) return print();
    try {
      frame.contentWindow.print();
    } catch {
      open(frame.src); // a browser that shows PDFs in a program of its own
    }
  });
}
