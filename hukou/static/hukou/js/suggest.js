/**
 * Suggestions under a search field, by keyboard: arrows choose, Enter opens, Escape closes.
 *
 * `<form data-suggests="address">` with one `input[type=search]`. What is typed goes in the body of a POST, never into
 * an address: it is a citizen's name or number. The answer is a list of `a[role=option]`. Enter without a choice
 * sends the form. Without this module the form works all the same.
 */

const PAUSE = 140; // ms after the last key

class Suggestions {
  constructor(form) {
    this.form = form;
    this.input = form.querySelector("input[type=search]");
    this.list = document.createElement("div");
    this.list.className = "suggestions";
    this.list.id = `${this.input.id}-list`;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", this.input.getAttribute("aria-label") ?? "");
    this.list.hidden = true;
    form.append(this.list);
    for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-controls", this.list.id], ["aria-expanded", "false"]]) {
      this.input.setAttribute(name, value);
    }
    this.input.addEventListener("input", (event) => {
      if (!event.isComposing) this.later();
    });
    this.input.addEventListener("compositionend", () => this.later());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("focus", () => {
      if (this.options.length && this.input.value.trim()) this.open();
    });
    form.addEventListener("focusout", (event) => {
      if (!form.contains(event.relatedTarget)) this.close();
    });
    form.addEventListener("submit", () => {
      clearTimeout(this.timer);
      this.running?.abort();
      this.close();
    });
    this.list.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps its focus
  }

  get options() {
    return [...this.list.querySelectorAll("[role=option]")];
  }

  get chosen() {
    return this.list.querySelector("[aria-selected=true]");
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), PAUSE);
  }

  async ask() {
    this.running?.abort();
    if (!this.input.value.trim()) {
      this.list.replaceChildren();
      this.close();
      return;
    }
    const running = (this.running = new AbortController());
    try {
      const answer = await fetch(this.form.dataset.suggests, {
        method: "POST", body: new FormData(this.form), headers: { "X-Requested-With": "fetch" }, signal: running.signal,
      });
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (running.signal.aborted) return;
      this.list.replaceChildren(...page.body.childNodes);
      this.options.forEach((option, index) => (option.id = `${this.list.id}-${index}`));
      if (this.form.contains(document.activeElement)) this.open();
    } catch {
      // aborted by the next key, or no network: the form can still be sent
    }
  }

  open() {
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
  }

  close() {
    this.list.hidden = true;
    this.choose(null);
    this.input.setAttribute("aria-expanded", "false");
  }

  choose(option) {
    this.chosen?.removeAttribute("aria-selected");
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option) this.input.setAttribute("aria-activedescendant", option.id);
    else this.input.removeAttribute("aria-activedescendant");
  }

  key(event) {
    if (event.isComposing) return;
    const options = this.options;
    if ((event.key === "ArrowDown" || event.key === "ArrowUp") && options.length) {
      event.preventDefault();
      this.open();
      const at = options.indexOf(this.chosen);
      const next = event.key === "ArrowDown" ? at + 1 : at < 0 ? options.length - 1 : at - 1;
      this.choose(options[next] ?? null); // past either end: back to what was typed
    } else if (event.key === "Enter" && this.chosen) {
      event.preventDefault();
      this.chosen.click();
    } else if (event.key === "Escape" && !this.list.hidden) {
      event.preventDefault(); // only the list; a second Escape leaves the field
      event.stopPropagation();
      this.close();
    }
  }
}

for (const form of document.querySelectorAll("form[data-suggests]")) new Suggestions(form);
