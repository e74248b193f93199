/**
 * Files and folders as the other way in: from a scanner, a stick, or a colleague.
 *
 * Files are taken in natural order of their names (2 before 10). What a file is, its first bytes say, not its name; what is
 * no JPEG or PNG is named for what it is, and the others go on. Each picture goes the way of a still: shelf, server, slot.
 */

const MOST_BYTES = 40 * 1024 * 1024;
const HEAD = 4096; // bytes enough to know any of the kinds below
const COMPANIONS = /(^|\/)(\.[^/]*|thumbs\.db|desktop\.ini|__macosx\/.*)$/i; // what systems leave in folders

export function naturalOrder(files) {
  const order = new Intl.Collator("zh", { numeric: true });
  const named = [...files].map((file) => ({ file, name: file.webkitRelativePath || file.name }));
  return named.filter(({ name }) => !COMPANIONS.test(name)).sort((one, other) => order.compare(one.name, other.name)).map(({ file }) => file);
}

/** jpeg | png | tiff | pdf | heic | word | gif | bmp | webp | empty | large | unknown */
export async function kindOf(file) {
  if (!file.size) return "empty";
  const bytes = new Uint8Array(await file.slice(0, HEAD).arrayBuffer());
  const kind = byFirstBytes(bytes);
  return (kind === "jpeg" || kind === "png") && file.size > MOST_BYTES ? "large" : kind;
}

function byFirstBytes(bytes) {
  const latin = new TextDecoder("latin1").decode(bytes);
  const starts = (...codes) => codes.every((code, at) => bytes[at] === code);
  if (starts(0xff, 0xd8, 0xff)) return "jpeg";
  if (latin.startsWith("\x89PNG\r\n\x1a\n")) return "png";
  if (starts(0x49, 0x49, 0x2a, 0) || starts(0x4d, 0x4d, 0, 0x2a)) return "tiff";
  if (latin.slice(0, 1024).includes("%PDF-")) return "pdf";
  if (latin.slice(4, 8) === "ftyp" && /^(hei|hev|mif|msf|avif)/.test(latin.slice(8, 12))) return "heic";
  if (starts(0xd0, 0xcf, 0x11, 0xe0) || (latin.startsWith("PK\x03\x04") && /word\/|\[Content_Types\]/.test(latin))) return "word";
  if (latin.startsWith("GIF8")) return "gif";
  if (latin.startsWith("BM")) return "bmp";
  if (latin.startsWith("RIFF") && latin.slice(8, 12) === "WEBP") return "webp";
  return "unknown";
}

/**
 * One import. `take(file)` keeps a picture, or answers false when the slot has no room for it; `tell` hears
 * { done, all, problems: [{ name, reason }], left, stopped, over } after every file. `stop()` ends it after the file in hand.
 */
export class Import {
  constructor({ files, take, tell }) {
    Object.assign(this, { files: naturalOrder(files), take, tell, problems: [], done: 0, stopped: false });
  }

  stop() {
    this.stopped = true;
  }

  async run() {
    let full = false;
    for (const file of this.files) {
      if (this.stopped || full) break;
      this.#tell();
      try {
        const kind = await kindOf(file);
        if (kind !== "jpeg" && kind !== "png") this.problems.push({ name: file.name, reason: kind });
        else if (!(await this.take(file))) full = true;
      } catch {
        this.problems.push({ name: file.name, reason: "unreadable" }); // the stick was pulled out
      }
      if (!full) this.done += 1;
    }
    this.#tell({ full, over: true });
  }

  #tell(more = {}) {
    const { done, problems, stopped } = this;
    this.tell({ done, all: this.files.length, left: this.files.length - done, problems, stopped, full: false, over: false, ...more });
  }
}

/** Calls `take` with every choice of files in `root` (`[data-file]`, `[data-folder]`) and with files dropped on it. */
export function whenFilesCome(root, take) {
  for (const input of root.querySelectorAll("[data-file], [data-folder]")) {
    input.addEventListener("change", () => {
      take([...input.files]);
      input.value = "";
    });
  }
  for (const name of ["dragover", "drop"]) root.addEventListener(name, (event) => event.preventDefault());
  root.addEventListener("dragover", (event) => event.dataTransfer.types.includes("Files") && root.classList.add("dropping"));
  root.addEventListener("dragleave", (event) => (event.relatedTarget && root.contains(event.relatedTarget)) || root.classList.remove("dropping"));
  root.addEventListener("drop", (event) => {
    root.classList.remove("dropping");
    take([...event.dataTransfer.files]);
  });
}
