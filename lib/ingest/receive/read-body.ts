import { isUtf8 } from "node:buffer";
import { type JsonBody, readJsonBody, utf8Of } from "#lib/platform/json-body.ts";

/**
 * A delivery's body as JSON. `text` is the JSON text; `mended` is true if invalid bytes were replaced. `notes` are sentences
 * on what the sender does wrong, although PocketSOC could read the body.
 */
type DeliveryBody =
  | { ok: true; text: string; value: object; mended: boolean; notes: string[] }
  | { ok: false; reason: string };

/**
 * Parses a delivery's body. Accepts UTF-8 and UTF-16, JSON in JSON strings, in base64 or in a form, a JSON value a line, and any content type, because a lost alert is
 * worse than a wrong header. `contentType` is the request's header, or null if it has none.
 */
export function readDeliveryBody(bytes: Uint8Array, contentType: string | null): DeliveryBody {
  const notes: string[] = [];
  const type = essenceOf(contentType);
  if (!isJsonType(type)) notes.push(`Its content type is ${type}, not application/json.`);
  const converted = utf8Of(bytes);
  const utf8 = converted ?? bytes;
  if (converted) notes.push("It is UTF-16, not UTF-8.");
  const body = readJsonBody(utf8);
  if (body.ok) return { ...body, notes };
  const inner = linesOf(utf8) ?? formOf(utf8) ?? insideOf(utf8);
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

type Inner = { body: Extract<JsonBody, { ok: true }>; note: string };

/** Reads several JSON objects, one a line, as a list of them. Returns null for any other text. */
function linesOf(bytes: Uint8Array): Inner | null {
  // a record separator begins each line of a JSON text sequence
  const lines = asText(bytes)
    .replaceAll("\u001e", "\n")
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
  if (lines.length < 2 || !lines.every((line) => line.startsWith("{"))) return null;
  const body = readJsonBody(Buffer.from(`[${lines.join(",")}]`));
  const isEach = body.ok && Array.isArray(body.value) && body.value.length === lines.length;
  const note = "It is several JSON objects, one a line. Post a list, or one object at a time.";
  return isEach ? { body, note } : null;
}

/** how many fields of a form are looked at */
const fieldsMax = 20;

/** Reads JSON in a field of a form, or as the whole of an encoded body. Returns null if there is none. */
function formOf(bytes: Uint8Array): Inner | null {
  const text = asText(bytes).trim();
  if (!/^[A-Za-z0-9_.%[\]+-]*(?:=|%7B|%5B)/i.test(text)) return null;
  const fields = [...new URLSearchParams(text)].slice(0, fieldsMax).flat();
  const bodies = fields.map((field) => readJsonBody(Buffer.from(field)));
  const found = bodies.filter((body) => body.ok);
  const [body] = found;
  const note = "It is JSON in a form. Post the object itself, such as @triggerBody(), as application/json.";
  return body && found.length === 1 ? { body, note } : null;
}

/** how many JSON strings may stand around a body, one in the other */
const stringsMax = 3;

/**
 * Finds a JSON body inside JSON strings or in base64, and says what the sender does wrong. Returns null if there is none.
 */
function insideOf(bytes: Uint8Array): Inner | null {
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
  const decoded = Buffer.from(text, "base64");
  const body = readJsonBody(utf8Of(decoded) ?? decoded);
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
