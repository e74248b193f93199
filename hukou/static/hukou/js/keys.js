/**
 * Keys of the screen, read from the page itself.
 *
 * `data-key="a"` on a link or button: that key presses it; on a field: goes to it. `data-key-label` is the line in
 * the help dialog (`?`); without it the text of the element is used. Modules with keys of their own describe
 * them with `<template data-key-help="Space">words</template>`. `<table data-rows>`: J and K walk through the rows
 * that hold an `a.row-link`, and so do the arrows once one has the focus. Nothing happens while someone types, except Escape, which leaves the field.
 */

const NAMES = { " ": "Space" };

function typing(target) {
  return target.matches?.("textarea, select, [contenteditable], input:not([type=checkbox], [type=radio], [type=button], [type=submit])");
}

function shown(element) {
  return element.checkVisibility ? element.checkVisibility() : element.offsetParent !== null;
}

function bound(key) {
  const open = document.querySelector("dialog[open]");
  const scope = open ?? document;
  return [...scope.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].find(shown);
}

function walk(step) {
  const rows = [...document.querySelectorAll("table[data-rows] a.row-link")].filter(shown);
  if (!rows.length) return false;
  const at = rows.indexOf(document.activeElement);
  const next = at < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(Math.max(at + step, 0), rows.length - 1);
  rows[next].focus();
  return true;
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (typing(event.target)) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  const key = NAMES[event.key] ?? (event.key.length === 1 ? event.key.toLowerCase() : event.key);
  if (key === "Space" && event.target.closest("button, a, summary, input")) return; // Space already means “press this”
  const element = bound(key);
  if (element) {
    event.preventDefault();
    if (typing(element)) element.focus();
    else element.click();
  } else if (key === "?" && !document.querySelector("dialog[open]")) {
    event.preventDefault();
    help();
  } else if ((key === "j" && walk(1)) || (key === "k" && walk(-1))) {
    event.preventDefault();
  } else if (event.target.matches("a.row-link") && (key === "ArrowDown" || key === "ArrowUp")) {
    event.preventDefault(); // on a line the arrows walk too; elsewhere they scroll the page
    walk(key === "ArrowDown" ? 1 : -1);
  }
});

function line(list, key, words) {
  const name = document.createElement("dt");
  const cap = document.createElement("kbd");
  cap.className = "key";
  cap.textContent = key.length === 1 ? key.toUpperCase() : key;
  name.append(cap);
  const text = document.createElement("dd");
  text.textContent = words;
  list.append(name, text);
}

function help() {
  const dialog = document.getElementById("keys-help");
  if (!dialog) return;
  const list = dialog.querySelector(".keys");
  list.replaceChildren();
  for (const element of document.querySelectorAll("[data-key], template[data-key-help]")) {
    const own = element.matches("template");
    if (!own && (element.closest("dialog") || !shown(element))) continue;
    const words = own ? element.innerHTML : (element.dataset.keyLabel ?? element.textContent);
    line(list, own ? element.dataset.keyHelp : element.dataset.key, words.trim());
  }
  if (document.querySelector("table[data-rows] a.row-link")) line(list, "J / K", dialog.dataset.rowsLabel);
  line(list, "?", dialog.dataset.helpLabel);
  dialog.showModal();
}

document.querySelector("[data-keys-help]")?.addEventListener("click", help);
