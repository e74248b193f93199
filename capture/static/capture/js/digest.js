/** SHA-256 of a blob, lower-case hex. Needs a secure context (https, or http on 127.0.0.1). */

export async function sha256(blob) {
  const sum = await crypto.subtle.digest("SHA-256", await blob.arrayBuffer());
  return [...new Uint8Array(sum)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
