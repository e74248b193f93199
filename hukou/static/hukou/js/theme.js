/** The high-contrast switch: remembered in a cookie, so that the server draws the next page in the right theme at once. */

const YEAR = 31_536_000; // seconds
const button = document.querySelector("[data-theme-switch]");

button?.addEventListener("click", () => {
  const root = document.documentElement;
  const strong = root.dataset.theme !== "contrast";
  root.dataset.theme = strong ? "contrast" : "plain";
  button.setAttribute("aria-pressed", String(strong));
  document.cookie = `theme=${root.dataset.theme}; path=/; max-age=${YEAR}; samesite=lax`;
});
