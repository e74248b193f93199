/**
 * Look at one paper of a batch. A page counts once its picture is decoded and on a visible screen; the paper can be
 * sent on only when every page has counted. The server believes it only if it has sent every picture itself.
 */

const place = document.querySelector("[data-batch-look]");
const sheets = [...place.querySelectorAll("[data-sheet]")];
const next = place.querySelector("[data-next]");
const number = place.querySelector("[data-page-number]");
const seen = new Set();
let at = 0;

function name() {
  if (!next) return;
  const here = seen.has(at);
  const last = at === sheets.length - 1;
  const words = here ? (last ? next.dataset.wordsDone : next.dataset.wordsPage) : next.dataset.wordsWait;
  const key = document.createElement("kbd");
  key.className = "key";
  key.textContent = "␣";
  next.replaceChildren(`${words} `, key);
  next.toggleAttribute("aria-disabled", !here);
  if (!here) next.setAttribute("aria-disabled", "true");
}

async function show(page) {
  at = page;
  sheets.forEach((sheet, n) => { sheet.hidden = n !== page; });
  sheets[page].parentElement.scrollTop = 0;
  number.textContent = page + 1;
  name();
  try {
    await sheets[page].decode();
  } catch {
    return; // the picture did not come: the page stays unseen, and reloading asks for it again
  }
  count(page);
}

function count(page) {
  if (page !== at || document.visibilityState !== "visible") return;
  requestAnimationFrame(() => requestAnimationFrame(() => { // painted, not only decoded
    seen.add(page);
    name();
  }));
}

document.addEventListener("visibilitychange", () => {
  if (sheets[at].complete && sheets[at].naturalWidth) count(at);
});

place.querySelector("[data-back]")?.addEventListener("click", () => { if (at > 0) show(at - 1); });
next?.form.addEventListener("submit", (event) => {
  if (!seen.has(at)) event.preventDefault();
  else if (at < sheets.length - 1) {
    event.preventDefault();
    show(at + 1);
  } else if (seen.size < sheets.length) {
    event.preventDefault();
    show(sheets.findIndex((_sheet, n) => !seen.has(n)));
  }
});
show(0).then(() => { // the next papers' pictures come while this one is read
  for (const waiting of document.querySelectorAll("template[data-ahead]")) new Image().src = waiting.dataset.ahead;
});
