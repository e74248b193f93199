/**
 * Says plainly how this machine stands with the server: the banners of templates/capture/standing.html.
 *
 * One banner for what holds now (`data-standing`: offline | busy | signed-out | other-officer | volatile | full), and lines
 * beside it for stills of other cases and of other officers. Numbers are filled into `{count}` of the words in the template.
 */

import { text } from "./texts.js";

export class Standing {
  constructor(root, uploader) {
    this.uploader = uploader;
    this.banners = [...root.querySelectorAll("[data-standing]")];
    for (const button of root.querySelectorAll("[data-retry]")) button.addEventListener("click", () => uploader.retry());
    uploader.addEventListener("change", () => this.#draw());
    uploader.addEventListener("unkept", () => this.#full(true));
    uploader.addEventListener("stored", () => this.#full(false));
    this.#draw();
  }

  #full(yes) {
    this.unkept = yes;
    this.#draw();
  }

  #draw() {
    const { standing, unsent, elsewhere, others, store } = this.uploader;
    const counts = {
      offline: standing === "offline" && unsent.length,
      busy: standing === "busy" && unsent.length > 0 && (unsent[0].waiting ?? 0),
      "signed-out": standing === "signed-out" && unsent.length,
      "other-officer": standing === "other-officer" && unsent.length,
      volatile: !store.durable && unsent.length,
      full: Boolean(this.unkept) && unsent.length,
      elsewhere: elsewhere.length > 0 && elsewhere.length,
      others: others > 0 && others,
    };
    for (const banner of this.banners) {
      const name = banner.dataset.standing;
      const count = counts[name];
      const words = count === false ? "" : text(`standing-${name}`, { count });
      banner.hidden = count === false;
      const line = banner.querySelector("[data-words]");
      if (line.textContent !== words) line.textContent = words;
    }
  }
}
