import { isUtf8 } from "node:buffer";

/** The result of parsing a body. `text` has no byte order mark; `mended` is true if invalid bytes were replaced. */
export type JsonBody =
  | { ok: true; text: string; value: object; mended: boolean }
  | { ok: false; reason: string };

const depthMax = 64;

/**
 * Parses a request's body as a JSON object or array. A byte order mark is removed. Bytes that aren't UTF-8 become U+FFFD; a
 * refusal would let an attacker hide an alert with such bytes. A body nested deeper than 64 levels is refused before it is
 * parsed.
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
    return { ok: false, reason: "The body isn't JSON." };
  }
  if (typeof value !== "object" || value === null)
    return { ok: false, reason: "The body is JSON, but neither an object nor a list." };
  return { ok: true, text, value, mended: !isUtf8(bytes) };
}

/**
 * Returns the depth to which the brackets of a JSON text nest, outside strings. Works without recursion, so that deep
 * nesting can't exhaust the stack.
 */
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

/** Returns a JSON text in UTF-16 as UTF-8, or null if the bytes aren't UTF-16. */
export function utf8Of(bytes: Uint8Array): Uint8Array | null {
  const encoding = utf16Of(bytes);
  return encoding && Buffer.from(new TextDecoder(encoding).decode(bytes));
}

/** Recognises UTF-16 by its byte order mark, or by its zeros, because JSON begins with two ASCII characters. */
function utf16Of([a = 1, b = 1, c = 1, d = 1]: Uint8Array): "utf-16le" | "utf-16be" | null {
  if (a === 0xff && b === 0xfe) return "utf-16le";
  if (a === 0xfe && b === 0xff) return "utf-16be";
  if (a !== 0 && b === 0 && c !== 0 && d === 0) return "utf-16le";
  if (a === 0 && b !== 0 && c === 0 && d !== 0) return "utf-16be";
  return null;
}
