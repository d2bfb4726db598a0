/** the maximum number of characters of a reference */
export const referenceLengthMax = 300;

/**
 * Parses what somebody typed as the reference of a detection: a ticket's number such as `INC0012345` or `SEC-42`, or an https
 * address without credentials. Returns null for an empty text, and undefined for anything else.
 */
export function parseReference(text: string): string | null | undefined {
  const trimmed = text.trim();
  if (trimmed === "") return null;
  if (trimmed.length > referenceLengthMax) return undefined;
  if (/^[\p{L}\p{N}][\p{L}\p{N}#._/-]{0,63}$/u.test(trimmed)) return trimmed;
  return linkOf(trimmed) ?? undefined;
}

/** Returns the address that a reference leads to; null for a ticket's number. */
function linkOf(reference: string): string | null {
  if (!URL.canParse(reference)) return null;
  const { protocol, username, password, href } = new URL(reference);
  return protocol === "https:" && !username && !password ? href : null;
}
