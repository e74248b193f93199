/** One question to the server and its answer, for everything but stills (those go by uploader.js). */

import { text } from "./texts.js";

export class Refused extends Error {
  /** What the server said, or that it could not be reached: { code, message, advice }. */
  constructor({ code, message, advice }) {
    super(message);
    Object.assign(this, { code, advice });
  }
}

/** POST `fields` and answer the JSON that comes back. Throws Refused. */
export async function ask(url, fields, token) {
  let answer;
  let body = null;
  try {
    const headers = { "X-CSRFToken": token, "X-Requested-With": "fetch", Accept: "application/json" };
    answer = await fetch(url, { method: "POST", body: new URLSearchParams(fields), headers });
    if (answer.headers.get("Content-Type")?.includes("json")) body = await answer.json();
  } catch {
    throw new Refused({ code: "offline", message: text("offline"), advice: text("offline-advice") });
  }
  if (body && answer.ok) return body;
  if (body?.message) throw new Refused(body);
  throw new Refused({ code: "no_answer", message: text("no-answer"), advice: text("no-answer-advice") });
}
