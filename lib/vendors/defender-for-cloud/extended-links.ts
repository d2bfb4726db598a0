import type { Json, TextOrLink } from "#lib/domain/detection.ts";
import { type JsonObject, objectOf, wordOf } from "../shared/json.ts";
import { canonicalTop, entriesIn, parseJsonText } from "./body.ts";
import { onlyScalar } from "./scalars.ts";
import { labelOf, scalarOf, textsOf } from "./texts.ts";
import { linkOf } from "./trusted-links.ts";

const labelKeys = ["label", "title", "text", "name", "displayName", "displayValue"];
const addressKeys = ["href", "url", "uri", "link", "value", "target", "address"];
const linksMax = 100;

/**
 * Returns the links of an alert: objects with a label and an address, addresses alone, an object with an address under each
 * label, or a text with addresses. `page` is the alert's own page in the portal.
 */
export function linksIn(properties: JsonObject, page: string | null): TextOrLink[] {
  const { extendedLinks } = properties;
  const isText = typeof extendedLinks === "string" && parseJsonText(extendedLinks) === undefined;
  const entries: Json[] = isText ? addressesIn(extendedLinks) : entriesIn(properties, "extendedLinks");
  return entries.flatMap((entry) => linksOf(entry, page)).slice(0, linksMax);
}

/** Returns the addresses in a text, or the text as it is where it isn't one of several. */
function addressesIn(text: string): string[] {
  const parts = text
    .slice(0, 20_000)
    .split(/[\n;]/)
    .flatMap((line) => line.split(/[\s,](?=https?:)/i));
  return parts.flatMap((part) => part.replace(/,$/, "").trim() || []);
}

function linksOf(entry: Json, page: string | null): TextOrLink[] {
  if (typeof entry === "string" && parseJsonText(entry) === undefined)
    return addressesIn(entry).map((address) => linkOf("", wordOf(address, 2_000)));
  const link = canonicalTop(objectOf(typeof entry === "string" ? (parseJsonText(entry) ?? null) : entry));
  if (link.kind !== undefined) return textsOf(link, page);
  const label = firstOf(link, labelKeys);
  const address = firstOf(link, addressKeys);
  if (address) return [linkOf(label, address)];
  const pairs = Object.entries(link).filter(([, value]) => /^https?:/i.test(wordOf(value).trim()));
  if (pairs.length > 0) return pairs.map(([name, value]) => linkOf(labelOf(name), wordOf(value, 2_000)));
  return label ? [{ text: label, href: null }] : [];
}

const firstOf = (link: JsonObject, keys: readonly string[]): string =>
  keys.map((key) => scalarOf(onlyScalar(link[key]))).find(Boolean) ?? "";
