/**
 * How stills travel: in one piece, or in chunks when they are large or the line has failed before.
 *
 * Chunks are kept by the server (hukou.console.uploads), so that whatever is cut — line, server, browser — goes on where
 * it was, from any window of the same officer. The chunk shrinks while the line fails and grows while it holds.
 */

import { sha256 } from "./digest.js";

const HELLO = "/uploads/";
const LARGE = 3 * 1024 * 1024; // bytes; above this a still goes in chunks from the first
const SMALLEST_CHUNK = 32 * 1024;
const FIRST_CHUNK = 256 * 1024;
const LARGEST_CHUNK = 1024 * 1024;
const CHUNK_PATIENCE = 30_000; // milliseconds for one chunk
const PATIENCE = 90_000; // milliseconds for a whole still, with making a page of it
const FRUITLESS = 6; // answers in a row that bring a still no further
const FIELDS = ["sha256", "material", "kind", "device", "camera", "taken_at", "turn", "several", "replaces"];

/** The server cannot be reached, or does not answer in time. */
export class LineDown extends Error {}

export class Line {
  constructor({ token, officer }) {
    Object.assign(this, { token, officer, chunk: FIRST_CHUNK });
  }

  /** Ask who is signed in, and fetch a fresh token: ready | signed-out | other-officer. Throws LineDown. */
  async hello() {
    const { body } = await this.#ask("GET", HELLO, { patience: CHUNK_PATIENCE });
    if (!body?.token) return "signed-out";
    if (body.officer !== this.officer) return "other-officer";
    this.token = body.token;
    return "ready";
  }

  /**
   * Send a still to its case; `tell` hears how much is on its way, 0…1, and whether the server has confirmed that much. Answers { status, body, pause }: `body` is null
   * when the answer is not one of ours, `pause` the seconds the server asks us to wait. Throws LineDown.
   */
  async send(still, tell) {
    const tried = still.tried;
    still.tried = true;
    if (still.blob.size <= LARGE && !tried) {
      const answer = await this.#post(still, { file: still.blob }, tell);
      if (answer.status !== 413 || answer.body) return answer; // else: something in between takes no more at once
    }
    for (let round = 0; ; round += 1) {
      const refusal = await this.#chunks(still, tell);
      if (refusal) return refusal;
      const answer = await this.#post(still, { upload: still.sha256 });
      const gone = ["upload_missing", "upload_unfinished"].includes(answer.body?.code);
      if (!gone || round > 1) return answer;
    }
  }

  /** Bring all bytes of a still to the server; answers nothing, or what was refused. */
  async #chunks({ blob, sha256: whole }, tell) {
    let { offset, url, refusal } = await this.#begin(blob, whole);
    for (let fruitless = 0; !refusal && offset < blob.size; ) {
      const chunk = await blob.slice(offset, offset + this.chunk).arrayBuffer();
      const answer = await this.#patch(url, offset, chunk);
      const { body, status } = answer;
      if (status === 200 && body) {
        offset = body.offset;
        fruitless = 0;
        tell(offset / blob.size, true);
        continue;
      }
      fruitless += 1;
      if (fruitless > FRUITLESS) return answer;
      if (body?.code === "offset_mismatch") offset = body.offset;
      else if (["upload_missing", "digest_mismatch"].includes(body?.code)) ({ offset, url, refusal } = await this.#begin(blob, whole));
      else if (body?.code !== "chunk_damaged") return answer;
    }
    return refusal;
  }

  async #begin({ size }, whole) {
    const answer = await this.#ask("POST", HELLO, { body: new URLSearchParams({ sha256: whole, size }), patience: CHUNK_PATIENCE });
    return answer.body?.url ? answer.body : { refusal: answer };
  }

  async #patch(url, offset, chunk) {
    const headers = {
      "Content-Type": "application/offset+octet-stream",
      "Upload-Offset": String(offset),
      "Upload-Checksum": `sha256 ${await sha256(chunk)}`,
    };
    try {
      const answer = await this.#ask("PATCH", url, { body: chunk, headers, patience: CHUNK_PATIENCE });
      this.chunk = Math.min(2 * this.chunk, LARGEST_CHUNK);
      return answer;
    } catch (problem) {
      this.chunk = Math.max(this.chunk / 2, SMALLEST_CHUNK);
      throw problem;
    }
  }

  #post(still, content, tell = () => {}) {
    const form = new FormData();
    for (const [name, value] of Object.entries(content)) form.append(name, value, ...(value instanceof Blob ? ["still.jpg"] : []));
    for (const name of FIELDS) if (still[name]) form.set(name, String(still[name]));
    if (still.corners) form.set("corners", JSON.stringify(still.corners));
    return this.#ask("POST", still.url, { body: form, patience: PATIENCE, tell });
  }

  /** One request and its answer. XMLHttpRequest, because fetch cannot tell how much has been sent. */
  #ask(method, url, { body = null, headers = {}, patience, tell }) {
    return new Promise((done, fail) => {
      const request = new XMLHttpRequest();
      request.open(method, url);
      request.timeout = patience;
      const ours = { "X-CSRFToken": this.token, "X-Officer": encodeURIComponent(this.officer), "X-Requested-With": "fetch", Accept: "application/json" };
      for (const [name, value] of Object.entries({ ...ours, ...headers })) request.setRequestHeader(name, value);
      if (tell) request.upload.onprogress = ({ loaded, total }) => tell(total ? loaded / total : 0);
      request.onload = () => done({ status: request.status, body: parsed(request.responseText), pause: pause(request) });
      request.onerror = request.ontimeout = request.onabort = () => fail(new LineDown());
      request.send(body);
    });
  }
}

/** A sign-in page is an answer too, but not one of ours. */
function parsed(raw) {
  try {
    return JSON.parse(raw);
  } catch {
    return null;
  }
}

function pause(request) {
  return Number(parsed(request.responseText)?.retry_after ?? request.getResponseHeader("Retry-After")) || 0;
}
