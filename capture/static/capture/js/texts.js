/** Words for people, written into the page by the server: `<template data-text="name">…{count}…</template>`. */

export function text(name, values = {}) {
  const holder = document.querySelector(`template[data-text="${CSS.escape(name)}"]`);
  const words = holder ? holder.content.textContent.trim() : name;
  return words.replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);
}

/** A copy of a drawn symbol: `<template data-icon="name">…</template>`. */
export function icon(name) {
  const holder = document.querySelector(`template[data-icon="${CSS.escape(name)}"]`);
  return holder ? holder.content.cloneNode(true) : document.createTextNode("");
}
