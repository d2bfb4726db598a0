import type { NormalisedDetection } from "#lib/domain/detection.ts";
import { Severity } from "#lib/domain/words.ts";

/**
 * Returns our severity for Azure's word, in any case. A number beside the word, such as in "3 - Medium", makes no difference.
 * Returns "unknown" for any other word.
 */
export function severityFrom(word: string): NormalisedDetection["severity"] {
  const [, letters = ""] = /^[\d\s:.()_-]*([a-z]+)[\d\s:.()_-]*$/i.exec(word) ?? [];
  const found = Severity.safeParse(letters.toLowerCase().replace(/^info(?:rmation)?$/, "informational"));
  return found.success ? found.data : "unknown";
}

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
