/** SHA-256 of a blob or a buffer, lower-case hex. Needs a secure context (https, or http on 127.0.0.1). */

export async function sha256(bytes) {
  const sum = await crypto.subtle.digest("SHA-256", bytes instanceof Blob ? await bytes.arrayBuffer() : bytes);
  return [...new Uint8Array(sum)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
