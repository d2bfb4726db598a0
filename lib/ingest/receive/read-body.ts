import { isUtf8 } from "node:buffer";
import { endOfValue } from "#lib/domain/json-text.ts";
import { type JsonBody, readJsonBody, utf8Of } from "#lib/platform/json-body.ts";

/**
 * A delivery's body as JSON. `text` is the JSON text; `mended` is true if invalid bytes were replaced. `notes` are sentences
 * on what the sender does wrong, although PocketSOC could read the body.
 */
type DeliveryBody =
  | { ok: true; text: string; value: object; mended: boolean; notes: string[] }
  | { ok: false; reason: string };

/**
 * Parses a delivery's body. Accepts UTF-8 and UTF-16, JSON in JSON strings, in base64 or in a form, several JSON objects, JSON
 * with slips, and any content type, because a lost alert is worse than a wrong header. `contentType` is the request's header, or
 * null if it has none.
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
  const inner = severalOf(utf8) ?? formOf(utf8) ?? insideOf(utf8) ?? mendedOf(utf8);
  if (!inner) return asText(utf8).trimStart().startsWith("<") ? { ok: false, reason: markupReason } : body;
  notes.push(inner.note);
  return { ...inner.body, mended: inner.body.mended || !isUtf8(utf8), notes };
}

const markupReason = "The body is HTML or XML, not JSON.";

/** Returns a content type without its parameters, in lower case. */
export const essenceOf = (contentType: string | null): string =>
  (contentType || "application/json").split(";")[0]?.trim().toLowerCase() ?? "";

/** Whether a content type without parameters is JSON. */
export const isJsonType = (essence: string): boolean =>
  essence === "application/json" || /^[a-z]+\/[a-z0-9.+-]+\+json$/.test(essence);

const asText = (bytes: Uint8Array) => new TextDecoder("utf-8").decode(bytes);

type Inner = { body: Extract<JsonBody, { ok: true }>; note: string };

/** what may stand between several JSON objects: blanks, commas, and the record separator of a JSON text sequence */
const between = /[\s,\u001e]/;

/** Reads several JSON objects, one after the other, as a list of them. Returns null for any other text. */
function severalOf(bytes: Uint8Array): Inner | null {
  const text = asText(bytes);
  const objects: string[] = [];
  for (let at = 0; at < text.length; ) {
    if (between.test(text.charAt(at))) at++;
    else if (text.charAt(at) !== "{") return null;
    else {
      const end = endOfValue(text, at);
      objects.push(text.slice(at, end));
      at = end;
    }
  }
  if (objects.length < 2) return null;
  const body = readJsonBody(Buffer.from(`[${objects.join(",")}]`));
  const note = "It is several JSON objects, one after the other. Post a list, or one object at a time.";
  return body.ok ? { body, note } : null;
}

/**
 * Reads JSON that was put together of texts without escaping them: with line breaks and other control characters in strings,
 * commas before a closing bracket, or NULs behind it. Otherwise a line break in a text that an attacker writes would hide an
 * alert. Returns null if that doesn't make it JSON.
 */
function mendedOf(bytes: Uint8Array): Inner | null {
  const body = readJsonBody(Buffer.from(withoutSlips(asText(bytes))));
  const note =
    "It isn't quite JSON: its texts aren't escaped, or a comma or NUL is left over. Post the object itself, such as @triggerBody().";
  return body.ok ? { body: { ...body, mended: true }, note } : null;
}

/** Escapes control characters in a JSON text's strings, and removes NULs and commas that nothing follows outside of them. */
function withoutSlips(text: string): string {
  const parts: string[] = [];
  let inString = false;
  let comma = -1;
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    const code = text.charCodeAt(at);
    if (inString && character === "\\") {
      parts.push(character, text.charAt(++at));
      continue;
    }
    if (character === '"') inString = !inString;
    if (inString || character === '"') {
      parts.push(code < 32 ? JSON.stringify(character).slice(1, -1) : character);
      comma = -1;
    } else if (code !== 0) {
      if (comma >= 0 && (character === "}" || character === "]")) parts[comma] = "";
      if (character === ",") comma = parts.length;
      else if (character.trim() !== "") comma = -1;
      parts.push(character);
    }
  }
  return parts.join("");
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
