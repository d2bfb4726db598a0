/**
 * Serialises JSON with sorted keys, so that equal content gives equal text. `references` names keys whose values only point
 * within the JSON, such as `$id`. These values are numbered by first appearance, because they may change with every
 * response.
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
