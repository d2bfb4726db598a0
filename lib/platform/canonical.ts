/**
 * JSON as text that stays the same while its meaning does: keys in order, and the values of `references`, names that only
 * point within the JSON and may be others with every answer, numbered by first appearance.
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
    const out: [string, unknown][] = [];
    for (const key of Object.keys(part).sort()) {
      const inner = (part as Record<string, unknown>)[key];
      out.push([key, references.includes(key) ? numberOf(inner) : ordered(inner)]);
    }
    return out;
  };
  return JSON.stringify(ordered(value));
}
