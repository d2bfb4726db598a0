import { isUtf8 } from "node:buffer";
import { type JsonBody, readJsonBody } from "#lib/platform/json-body.ts";

/**
 * A delivery's body as JSON. `text` is the JSON text; `mended` is true if invalid bytes were replaced. `notes` are sentences
 * on what the sender does wrong, although PocketSOC could read the body.
 */
type DeliveryBody =
  | { ok: true; text: string; value: object; mended: boolean; notes: string[] }
  | { ok: false; reason: string };

/**
 * Parses a delivery's body. Accepts UTF-8 and UTF-16, JSON in JSON strings or in base64, and any content type, because a lost alert is
 * worse than a wrong header. `contentType` is the request's header, or null if it has none.
 */
export function readDeliveryBody(bytes: Uint8Array, contentType: string | null): DeliveryBody {
  const notes: string[] = [];
  const type = essenceOf(contentType);
  if (!isJsonType(type)) notes.push(`Its content type is ${type}, not application/json.`);
  const encoding = utf16Of(bytes);
  const utf8 = encoding ? Buffer.from(new TextDecoder(encoding).decode(bytes)) : bytes;
  if (encoding) notes.push("It is UTF-16, not UTF-8.");
  const body = readJsonBody(utf8);
  if (body.ok) return { ...body, notes };
  const inner = insideOf(utf8);
  if (!inner) return body;
  notes.push(inner.note);
  return { ...inner.body, mended: inner.body.mended || !isUtf8(utf8), notes };
}

/** Returns a content type without its parameters, in lower case. */
export const essenceOf = (contentType: string | null): string =>
  (contentType || "application/json").split(";")[0]?.trim().toLowerCase() ?? "";

/** Whether a content type without parameters is JSON. */
export const isJsonType = (essence: string): boolean =>
  essence === "application/json" || /^[a-z]+\/[a-z0-9.+-]+\+json$/.test(essence);

const asText = (bytes: Uint8Array) => new TextDecoder("utf-8").decode(bytes);

/** how many JSON strings may stand around a body, one in the other */
const stringsMax = 3;

/**
 * Finds a JSON body inside JSON strings or in base64, and says what the sender does wrong. Returns null if there is none.
 */
function insideOf(bytes: Uint8Array): { body: Extract<JsonBody, { ok: true }>; note: string } | null {
  let text = asText(bytes).trim();
  for (let strings = 0; strings < stringsMax; strings++) {
    const inner = quotedIn(text);
    if (inner === null) break;
    text = inner.trim();
    const body = readJsonBody(Buffer.from(text));
    const note =
      "It is JSON inside a string. Post the object itself, such as @triggerBody(), without string().";
    if (body.ok) return { body, note };
  }
  if (!/^[A-Za-z0-9+/_-][A-Za-z0-9+/=_\r\n-]{15,}$/.test(text)) return null;
  const body = readJsonBody(Buffer.from(text, "base64"));
  const advice = "It is JSON in base64. Post the object itself, such as @triggerBody(), without base64().";
  return body.ok ? { body, note: advice } : null;
}

/** Returns the text in a JSON text that is one string; null for any other. */
function quotedIn(text: string): string | null {
  if (!text.startsWith('"')) return null;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "string" ? value : null;
  } catch {
    // not JSON
    return null;
  }
}

/** Recognises UTF-16 by its byte order mark, or by its zeros, because JSON begins with two ASCII characters. */
function utf16Of([a = 1, b = 1, c = 1, d = 1]: Uint8Array): "utf-16le" | "utf-16be" | null {
  if (a === 0xff && b === 0xfe) return "utf-16le";
  if (a === 0xfe && b === 0xff) return "utf-16be";
  if (a !== 0 && b === 0 && c !== 0 && d === 0) return "utf-16le";
  if (a === 0 && b !== 0 && c === 0 && d !== 0) return "utf-16be";
  return null;
}
