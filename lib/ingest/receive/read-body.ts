import { isUtf8 } from "node:buffer";
import { readJsonBody } from "#lib/platform/json-body.ts";

/**
 * A delivery's body as JSON. `text` is the JSON text; `mended` is true if invalid bytes were replaced. `notes` are sentences
 * on what the sender does wrong, although PocketSOC could read the body.
 */
type DeliveryBody =
  | { ok: true; text: string; value: object; mended: boolean; notes: string[] }
  | { ok: false; reason: string };

/**
 * Parses a delivery's body. Accepts UTF-8 and UTF-16, JSON in a JSON string, and any content type, because a lost alert is
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
  const inner = quotedIn(utf8);
  if (inner === null) return body;
  const unquoted = readJsonBody(Buffer.from(inner));
  if (!unquoted.ok) return body;
  notes.push("It is JSON inside a string. Post the object itself, such as @triggerBody(), without string().");
  return { ...unquoted, mended: unquoted.mended || !isUtf8(utf8), notes };
}

/** Returns a content type without its parameters, in lower case. */
export const essenceOf = (contentType: string | null): string =>
  (contentType || "application/json").split(";")[0]?.trim().toLowerCase() ?? "";

/** Whether a content type without parameters is JSON. */
export const isJsonType = (essence: string): boolean =>
  essence === "application/json" || /^[a-z]+\/[a-z0-9.+-]+\+json$/.test(essence);

const asText = (bytes: Uint8Array) => new TextDecoder("utf-8").decode(bytes);

/** Returns the text in a body that is one JSON string; null for any other body. */
function quotedIn(bytes: Uint8Array): string | null {
  const text = asText(bytes).trim();
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
