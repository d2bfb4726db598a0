import { lookUp } from "./look-up.ts";

/**
 * The enterprise tactics of MITRE ATT&CK (attack.mitre.org). The keys are the tactics' names in lower case without spaces.
 */
const tactics: Record<string, { id: string; label: string }> = {
  reconnaissance: { id: "TA0043", label: "Reconnaissance" },
  resourcedevelopment: { id: "TA0042", label: "Resource Development" },
  initialaccess: { id: "TA0001", label: "Initial Access" },
  execution: { id: "TA0002", label: "Execution" },
  persistence: { id: "TA0003", label: "Persistence" },
  privilegeescalation: { id: "TA0004", label: "Privilege Escalation" },
  defenseevasion: { id: "TA0005", label: "Defense Evasion" },
  credentialaccess: { id: "TA0006", label: "Credential Access" },
  discovery: { id: "TA0007", label: "Discovery" },
  lateralmovement: { id: "TA0008", label: "Lateral Movement" },
  collection: { id: "TA0009", label: "Collection" },
  exfiltration: { id: "TA0010", label: "Exfiltration" },
  commandandcontrol: { id: "TA0011", label: "Command and Control" },
  impact: { id: "TA0040", label: "Impact" },
};

/**
 * Returns a tactic's name and the address of its page. Tactics that only a vendor uses (PreAttack, Probing, Exploitation)
 * have no page.
 */
export function tacticOf(word: string): { label: string; href: string | null } {
  const known = lookUp(tactics, word.toLowerCase().replace(/[^a-z]/g, ""));
  if (known) return { label: known.label, href: `https://attack.mitre.org/tactics/${known.id}/` };
  return { label: word.replace(/([a-z])([A-Z])/g, "$1 $2"), href: null };
}

/** Returns the address of a technique's page, or null if the id doesn't have ATT&CK's form (T1110, T1110.001). */
export function techniqueHref(id: string): string | null {
  const found = /^(T\d{4})(?:\.(\d{3}))?$/.exec(id.trim().toUpperCase());
  if (!found) return null;
  return `https://attack.mitre.org/techniques/${found[1]}/${found[2] ? `${found[2]}/` : ""}`;
}

const chain = Object.keys(tactics);
/** the number of tactics in the kill chain */
export const killChainLength = chain.length;

/** tactics that only vendors use, and the place where they belong */
const vendorPlaces: Record<string, string> = {
  preattack: "reconnaissance",
  probing: "reconnaissance",
  exploitation: "execution",
};

/** Returns a tactic's place in the kill chain, from 0 on, or null if the tactic is unknown. */
export function killChainPlace(word: string): number | null {
  const key = word.toLowerCase().replace(/[^a-z]/g, "");
  const place = chain.indexOf(lookUp(vendorPlaces, key) ?? key);
  return place < 0 ? null : place;
}
