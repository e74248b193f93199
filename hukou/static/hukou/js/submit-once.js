/**
 * One press, one request: a form that is on its way cannot be sent again.
 *
 * The button itself is not disabled, or its name and value would be missing from the request. The server
 * refuses a repeated act as well; this only spares the officer the message.
 */

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.again !== undefined || event.defaultPrevented) return;
  if (form.dataset.busy !== undefined) {
    event.preventDefault();
    return;
  }
  form.dataset.busy = "";
  event.submitter?.setAttribute("data-busy", "");
  event.submitter?.setAttribute("aria-disabled", "true");
});

function release(scope) {
  for (const item of scope.querySelectorAll("[data-busy]")) {
    item.removeAttribute("data-busy");
    item.removeAttribute("aria-disabled");
  }
}

addEventListener("pageshow", () => release(document)); // back from the next page, from the browser's memory
document.addEventListener("htmx:afterRequest", () => release(document));

/* A button that says what is still missing stays reachable for the keyboard and for screen readers, but does nothing. */
document.addEventListener("click", (event) => {
  const button = event.target.closest?.('button[aria-disabled="true"]:not([data-busy])');
  if (button) event.preventDefault();
}, true);
