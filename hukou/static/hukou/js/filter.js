/**
 * Narrow a list while typing: by code, by words of either language, or by the first letters of the pinyin.
 *
 * `<input data-filter="listId">`; in the list, `[data-words]` are the items (`data-more`: words that count, but not by pinyin) and `[data-section]` the headings that
 * disappear with their last item. Enter opens the first item left; the arrow keys walk through what is left.
 */

/* The first character, in pinyin order, of each letter's block in the collation the browser carries. */
const FIRSTS = [
  ["a", "阿"], ["b", "八"], ["c", "嚓"], ["d", "搭"], ["e", "蛾"], ["f", "发"], ["g", "噶"], ["h", "哈"],
  ["j", "击"], ["k", "喀"], ["l", "垃"], ["m", "妈"], ["n", "拿"], ["o", "哦"], ["p", "啪"], ["q", "期"],
  ["r", "然"], ["s", "撒"], ["t", "塌"], ["w", "挖"], ["x", "昔"], ["y", "压"], ["z", "匝"],
];
const pinyin = new Intl.Collator("zh-Hans-CN-u-co-pinyin");

function initials(text) {
  let letters = "";
  for (const character of text) {
    if (/[a-z0-9]/i.test(character)) letters += character.toLowerCase();
    if (!/[\u4e00-\u9fff]/.test(character)) continue;
    let letter = "";
    for (const [name, first] of FIRSTS) {
      if (pinyin.compare(character, first) < 0) break;
      letter = name;
    }
    letters += letter;
  }
  return letters;
}

for (const input of document.querySelectorAll("input[data-filter]")) {
  const list = document.getElementById(input.dataset.filter);
  const items = [...list.querySelectorAll("[data-words]")].map((element) => {
    const words = element.dataset.words.toLowerCase();
    return { element, words: `${words} ${element.dataset.more ?? ""}`.toLowerCase(), letters: initials(words) };
  });
  const left = () => items.filter(({ element }) => !element.hidden).map(({ element }) => element.querySelector("a") ?? element);
  const nothing = list.querySelector("[data-nothing]");

  function narrow() {
    const wanted = input.value.trim().toLowerCase();
    for (const { element, words, letters } of items) {
      element.hidden = !(words.includes(wanted) || (/^[a-z]+$/.test(wanted) && letters.includes(wanted)));
    }
    for (const section of list.querySelectorAll("[data-section]")) {
      section.hidden = !section.querySelector("[data-words]:not([hidden])");
    }
    if (nothing) nothing.hidden = left().length > 0;
  }

  input.addEventListener("input", narrow);
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      event.preventDefault();
      if (input.value.trim()) left()[0]?.click();
    } else if (event.key === "ArrowDown") {
      event.preventDefault();
      left()[0]?.focus();
    }
  });
  list.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const links = left();
    const at = links.indexOf(document.activeElement);
    if (at < 0) return;
    event.preventDefault();
    (links[at + (event.key === "ArrowDown" ? 1 : -1)] ?? input).focus();
  });
  narrow();
}
