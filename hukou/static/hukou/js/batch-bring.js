/**
 * Bring many files a few at a time: each request stays small, and one that is refused stops no other.
 * The server knows a paper by its bytes, so after a break the same files may simply be chosen again.
 */

const form = document.getElementById("batch-bring");
const TOGETHER = 20;
const MOST_BYTES = 24 * 1024 * 1024; // of one request

function* groups(files) {
  let group = [];
  let bytes = 0;
  for (const file of files) {
    if (group.length && (group.length === TOGETHER || bytes + file.size > MOST_BYTES)) {
      yield group;
      group = [];
      bytes = 0;
    }
    group.push(file);
    bytes += file.size;
  }
  if (group.length) yield group;
}

async function send(group) {
  const body = new FormData();
  body.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  for (const file of group) body.append("papers", file);
  const answer = await fetch(form.action, { method: "POST", body, headers: { "X-Requested-With": "fetch" } });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

form?.addEventListener("submit", async (event) => {
  const files = [...form.elements.papers.files];
  if (files.length <= 1) return;
  event.preventDefault();
  const status = form.querySelector("[data-bring-status]");
  const refused = form.querySelector("[data-bring-refused]");
  const button = form.querySelector("button");
  button.disabled = true;
  refused.replaceChildren();
  let done = 0;
  try {
    for (const group of groups(files)) {
      const answer = await send(group);
      done += group.length;
      status.textContent = form.dataset.progress.replace("{done}", done).replace("{all}", files.length);
      for (const one of answer.refused) {
        const line = document.createElement("li");
        line.textContent = one.why;
        refused.append(line);
      }
    }
    if (!refused.children.length) location.reload();
  } catch {
    status.textContent = form.dataset.lost;
  }
  button.disabled = false;
});
