/**
 * Signing with the officer's own UKey (docs/ukey.md): the key stays on the officer's machine, and so does its PIN.
 *
 * A form that holds `[data-ukey=ADDRESS]` is sent twice. First as a rehearsal, which the server answers with what is to be
 * signed. The bridge at ADDRESS, a program beside the browser, asks for the PIN and signs. Then the form goes its way
 * with the signature. What the bridge refuses is said in the element, in its `data-CODE`; nothing has been decided then.
 */

const MARK = "[data-ukey]";
const PATIENCE = 120_000; // ms to find the UKey and type its PIN

document.addEventListener("submit", (event) => {
  const form = event.target;
  const mark = [...form.elements].find((item) => item.matches(MARK) && !item.closest("[hidden]"));
  if (!mark || form.dataset.signed !== undefined) return;
  event.preventDefault();
  if (mark.dataset.state !== "waiting") sign(form, event.submitter, mark);
}, true);

async function sign(form, submitter, mark) {
  say(mark, "waiting");
  try {
    const laid = await rehearsed(form, submitter);
    if (laid) {
      put(form, "preparation", laid.preparation);
      put(form, "signature", await signed(mark.dataset.ukey, laid));
    }
    say(mark, "ready");
    send(form, submitter); // without a signature where the server refused: its page says why
  } catch (refusal) {
    say(mark, refusal.code ?? "bridge_missing");
  }
}

/** What is to be signed; null when the server has something against the act itself. */
async function rehearsed(form, submitter) {
  const said = new FormData(form, submitter);
  said.set("rehearse", "1");
  const answer = await fetch(submitter?.hasAttribute("formaction") ? submitter.formAction : form.action, {
    method: "POST",
    body: said,
    headers: { Accept: "application/json" },
    redirect: "error",
  });
  const isOurs = answer.ok && answer.headers.get("Content-Type")?.startsWith("application/json");
  return isOurs ? answer.json() : null;
}

/** The signature, base64. Throws { code } with the bridge's word for what is wrong. */
async function signed(bridge, { attributes, certificate, suite, case: number }) {
  const answer = await fetch(`${bridge}/v1/signatures`, {
    method: "POST",
    body: JSON.stringify({ attributes, certificate, suite, case: number }),
    headers: { "Content-Type": "application/json" },
    credentials: "omit",
    signal: AbortSignal.timeout(PATIENCE),
  });
  const said = await answer.json();
  if (!answer.ok || !said.signature) throw { code: said.code };
  return said.signature;
}

function put(form, name, value) {
  const field = form.elements[name] ?? form.appendChild(Object.assign(document.createElement("input"), { type: "hidden", name }));
  field.value = value;
}

function send(form, submitter) {
  form.dataset.signed = "";
  form.requestSubmit(submitter);
}

function say(mark, code) {
  const known = mark.dataset[code.replace(/_(\w)/g, (_whole, letter) => letter.toUpperCase())];
  mark.dataset.state = code;
  mark.textContent = known ?? mark.dataset.refused;
}

addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("[data-signed]")) delete form.dataset.signed;
});
