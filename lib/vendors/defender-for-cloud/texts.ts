import type { Json, TextOrLink } from "#lib/domain/detection.ts";
import { type JsonObject, objectOf, wordOf } from "../shared/json.ts";
import { canonicalTop, numbered, objectIn, parseJsonText } from "./body.ts";
import { onlyScalar } from "./scalars.ts";
import { linkOf } from "./trusted-links.ts";

export const valueLengthMax = 2_000;
const linksMax = 20;
const depthMax = 6;

/** Whether a sender says with a text that it knows nothing. */
export const saysNothing = (text: string) =>
  /^(?:\(?null\)?|undefined|unknown|none|n\/a|-)?$/i.test(text.trim());

/** Returns a text, number or boolean as a text. A text that holds JSON is described in words. Returns "" for any other value. */
export function scalarOf(value: Json | undefined, lengthMax = valueLengthMax): string {
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (typeof value !== "string") return "";
  const json = parseJsonText(value);
  if (json) return wordOf(describe(json), lengthMax);
  return wordOf(isBrokenJson(value) ? salvaged(value) : value, lengthMax);
}

/**
 * Returns the texts of a remediation step or an extended property, each with its link if it has one. Azure puts JSON into some
 * strings: `link` (displayValue, value), `openBlade` (a page of the portal; `page`, the alert's own, stands for it) and
 * `MultiLink` (DisplayValueToUrlDictionary). JSON of any other kind is described in words.
 */
export function textsOf(value: Json | undefined, page: string | null): TextOrLink[] {
  const json = typeof value === "string" ? parseJsonText(value) : value;
  if (Array.isArray(json) && json.length > 0 && json.length <= linksMax) {
    const each = json.map((inner) => textsOfKind(canonicalTop(objectOf(inner)), page));
    if (each.every((texts) => texts !== null)) return each.flat().map(cut);
  }
  if (json !== null && typeof json === "object" && !Array.isArray(json)) {
    const texts = textsOfKind(canonicalTop(json), page);
    if (texts) return texts.map(cut);
  }
  const text =
    json !== null && typeof json === "object" ? wordOf(describe(json), valueLengthMax) : scalarOf(value);
  return text ? [linkOf(text, text)] : [];
}

const cut = ({ text, href }: TextOrLink): TextOrLink => ({ text: wordOf(text, valueLengthMax), href });

function textsOfKind(value: JsonObject, page: string | null): TextOrLink[] | null {
  const shown = scalarOf(value.displayValue ?? value.displayName ?? value.title ?? value.label);
  switch (wordOf(value.kind).toLowerCase()) {
    case "link":
      return [linkOf(shown, wordOf(value.value ?? value.url ?? value.href, valueLengthMax))].filter(
        ({ text }) => text,
      );
    case "openblade":
      return [{ text: `${shown || "Continue"} (in the Azure portal)`, href: page }];
    case "multilink": {
      const urls = Object.entries(objectIn(value, "displayValueToUrlDictionary") ?? {}).slice(0, linksMax);
      return urls
        .map(([name, url]) => linkOf(wordOf(name), wordOf(url, valueLengthMax)))
        .filter(({ text }) => text);
    }
    case "":
      return null;
    default:
      return shown || typeof value.value === "string"
        ? [{ text: shown || scalarOf(value.value), href: null }]
        : null;
  }
}

/** Returns JSON in words, such as "Country Code: nl, City: Amsterdam". */
export function describe(value: Json | undefined, depth = 0): string {
  if (value === null || value === undefined) return "";
  if (typeof value !== "object") return plainText(value, depth);
  if (depth > depthMax) return "…";
  if (Array.isArray(value))
    return value
      .slice(0, 100)
      .map((inner) => describe(inner, depth + 1))
      .filter(Boolean)
      .join(depth === 0 && value.some((inner) => typeof inner === "object") ? "; " : ", ");
  const parts = Object.entries(value).slice(0, 100);
  const words = parts.flatMap(([key, inner]) => {
    const text = isPointer(key) ? "" : describe(inner, depth + 1);
    const isNested = inner !== null && typeof inner === "object" && !Array.isArray(inner);
    return text ? [`${labelOf(key)}: ${isNested ? `(${text})` : text}`] : [];
  });
  return words.join(", ");
}

const isPointer = (key: string) => key.startsWith("$");

function plainText(value: string | number | boolean, depth: number): string {
  if (typeof value !== "string") return String(value);
  const json = depth > depthMax ? undefined : parseJsonText(value);
  if (json) return describe(json, depth + 1);
  return isBrokenJson(value) ? salvaged(value) : value;
}

/** Returns a key as a label for people: "Country Code" for `countryCode`. */
export const labelOf = (key: string) =>
  wordOf(
    key.replace(/([a-z])([A-Z])/g, "$1 $2").replace(/^./, (first) => first.toUpperCase()),
    80,
  );

/** Whether a text looks like JSON that was cut off or is nested too deep. */
const isBrokenJson = (text: string) => /^\s*(?:\[\s*)?\{\s*"[^"]*"\s*:/.test(text);

/** Returns what a person can read of JSON that can't be parsed. */
function salvaged(text: string): string {
  const named = /"(?:displayValue|displayName|title)"\s*:\s*"((?:[^"\\]|\\.)+)"/i.exec(text.slice(0, 10_000));
  return named?.[1]
    ? named[1].replace(/\\(.)/g, "$1")
    : text
        .slice(0, 10_000)
        .replace(/[{}[\]"\\]+/g, " ")
        .trim();
}

/**
 * Returns a list of words: of a list, of JSON in a text, or of a text with commas. An entry may be an object that holds one
 * word. Canonical keys make no difference here.
 */
export function wordsOf(value: Json | undefined, lengthMax: number): string[] {
  const given = typeof value === "string" ? (parseJsonText(value) ?? value) : value;
  const list = Array.isArray(given) ? given : (numbered(objectOf(given)) ?? [given]);
  return list
    .slice(0, 100)
    .flatMap((word) => scalarOf(onlyScalar(word), 2_000).split(","))
    .map((word) => wordOf(word, lengthMax))
    .filter(Boolean);
}
