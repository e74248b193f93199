/**
 * Has this page kept on this machine, so that it opens again without a network: see worker.js, which does the keeping.
 *
 * `keepOffline(uploader)` is called once when the page starts; the page is kept again a moment after every stored page.
 * Where there is no service worker (an address that is not secure) nothing is kept and nothing else changes.
 */

const WORKER = "/worker.js";
const SETTLED = 1500; // milliseconds after the last change

export async function keepOffline(uploader) {
  try {
    await navigator.serviceWorker.register(WORKER, { updateViaCache: "none" });
    const { active } = await navigator.serviceWorker.ready;
    let timer;
    const soon = () => {
      clearTimeout(timer);
      timer = setTimeout(() => active.postMessage({ keep: location.pathname, files: files() }), SETTLED);
    };
    uploader.addEventListener("stored", soon);
    soon();
  } catch (problem) {
    console.info("This page cannot be opened without a network:", problem?.message ?? "no service worker");
  }
}

/** Style sheets, scripts and symbols this page has loaded. */
function files() {
  const loaded = performance.getEntriesByType("resource").map((entry) => new URL(entry.name));
  const own = loaded.filter((url) => url.origin === location.origin && url.pathname.startsWith("/static/"));
  return [...new Set(own.map((url) => url.pathname + url.search))];
}
