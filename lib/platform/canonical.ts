/**
 * Serialises JSON so that equal meaning gives equal text. Keys are sorted. The values of the keys named in `references`
 * only point within the JSON and may change with every response, so they are numbered by first appearance.
 */
export function canonicalJson(value: unknown, references: readonly string[] = []): string {
  const numbers = new Map<unknown, number>();
  const numberOf = (reference: unknown) => {
    const known = numbers.get(reference);
    if (known !== undefined) return known;
    numbers.set(reference, numbers.size);
    return numbers.size - 1;
  };
  const ordered = (part: unknown): unknown => {
    if (Array.isArray(part)) return part.map(ordered);
    if (part === null || typeof part !== "object") return part;
    const entries: [string, unknown][] = [];
    for (const key of Object.keys(part).sort()) {
      const member = (part as Record<string, unknown>)[key];
      entries.push([key, references.includes(key) ? numberOf(member) : ordered(member)]);
    }
    return entries;
  };
  return JSON.stringify(ordered(value));
}
