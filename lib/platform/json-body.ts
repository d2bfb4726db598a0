import { isUtf8 } from "node:buffer";

/** A body as JSON: its text without the byte order mark, what it says, and whether bytes had to be replaced. */
type JsonBody = { ok: true; text: string; value: object; mended: boolean } | { ok: false; reason: string };

const depthMax = 64;

/**
 * Reads a request's body as a JSON object or list. One byte order mark is stripped, bytes that are no UTF-8
 * become U+FFFD: text that an attacker made must not hide an alert. Deeper than 64 levels is refused before
 * anything walks into it.
 */
export function readJsonBody(bytes: Uint8Array): JsonBody {
  const text = new TextDecoder("utf-8").decode(bytes);
  if (text.trim() === "") return { ok: false, reason: "The body is empty." };
  if (depthOf(text) > depthMax)
    return { ok: false, reason: `The body is nested deeper than ${depthMax} levels.` };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, reason: "The body is no JSON." };
  }
  if (typeof value !== "object" || value === null)
    return { ok: false, reason: "The body is JSON, but neither an object nor a list." };
  return { ok: true, text, value, mended: !isUtf8(bytes) };
}

/** How deep brackets nest, those in strings left out. It walks, so that no depth exhausts the stack. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (inString) {
      if (code === 92) at++;
      else if (code === 34) inString = false;
    } else if (code === 34) inString = true;
    else if (code === 123 || code === 91) {
      depth++;
      if (depth > deepest) deepest = depth;
    } else if (code === 125 || code === 93) depth--;
  }
  return deepest;
}
