import type { Json, NormalisedDetection } from "#lib/domain/detection.ts";
import { Severity } from "#lib/domain/words.ts";
import { wordOf } from "../shared/json.ts";
import { saysNothing, scalarOf } from "./texts.ts";

/**
 * Returns our severity for Azure's word, in any case. A number beside the word, such as in "3 - Medium", and the name of an
 * enumeration before it, such as in "AlertSeverity.High", make no difference. Returns "unknown" for any other word.
 */
export function severityFrom(word: string): NormalisedDetection["severity"] {
  const [, letters = ""] = /^[\d\s:.()_-]*([a-z]+)[\d\s:.()_-]*$/i.exec(withoutEnumeration(word)) ?? [];
  const found = Severity.safeParse(letters.toLowerCase().replace(/^info(?:rmation)?$/, "informational"));
  return found.success ? found.data : "unknown";
}

/** Returns a word without the name of the enumeration that it belongs to: "High" for "AlertSeverity.High". */
export const withoutEnumeration = (word: string): string =>
  word.replace(/^\s*(?:[a-z]+(?:\.|::))+(?=[a-z])/i, "");

/** The tactics in Azure's spelling (`intent`, 2022-01-01). */
const tactics = [
  ...[
    "PreAttack",
    "InitialAccess",
    "Persistence",
    "PrivilegeEscalation",
    "DefenseEvasion",
    "CredentialAccess",
  ],
  ...["Discovery", "LateralMovement", "Execution", "Collection", "Exfiltration", "CommandAndControl"],
  ...["Impact", "Probing", "Exploitation"],
];
const folded = (word: string) => word.replaceAll(/[\s_-]/g, "").toLowerCase();
const spelling = new Map(tactics.map((tactic) => [folded(tactic), tactic]));

/** Returns tactics in Azure's spelling where it is known, each once, and without "Unknown". */
export function tacticsFrom(words: readonly string[]): string[] {
  const found = words
    .flatMap((word) => (spelling.has(folded(word)) ? [word] : word.split(/[;|]|\band\b/i)))
    .map((word) => spelling.get(folded(word)) ?? word.trim())
    .filter((word) => word !== "" && !/^(?:unknown|none|null|n\/a)$/i.test(word));
  return [...new Set(found)].slice(0, 20);
}

const techniqueId = /\bT\d{4}(?:\.\d{3})?\b/gi;

/**
 * Returns the techniques that properties name, each once: the ids in a text, in a list or in objects at any depth. A text
 * without an id stands for itself.
 */
export function techniquesFrom(...properties: readonly (Json | undefined)[]): string[] {
  const found = properties.flatMap((value) => techniquesIn(value, 0));
  return [...new Set(found)].slice(0, 100);
}

function techniquesIn(value: Json | undefined, depth: number): string[] {
  if (value === null || value === undefined || depth > 4) return [];
  if (typeof value !== "object") {
    const text = scalarOf(value, 512);
    const ids = text.match(techniqueId)?.map((id) => id.toUpperCase()) ?? [];
    if (ids.length > 0) return ids;
    return text.split(/[,;\n]/).flatMap((word) => (saysNothing(word) ? [] : [wordOf(word, 32)]));
  }
  const inner = Array.isArray(value) ? value : Object.values(value);
  const techniques = inner.slice(0, 100).flatMap((each) => techniquesIn(each, depth + 1));
  const ids = techniques.filter((technique) => /^T\d/.test(technique));
  // beside its id, an object holds the technique's name
  return Array.isArray(value) || ids.length === 0 ? techniques : ids;
}
