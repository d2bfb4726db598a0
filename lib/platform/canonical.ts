import { sha256 } from "./ids.ts";

/**
 * Hashes a vendor's JSON by its meaning. Keys are sorted, and `$id` and `$ref` are renumbered by first appearance, because
 * Azure assigns new ones in every response.
 */
export function canonicalHash(value: unknown): Buffer {
  const numbers = new Map<unknown, number>();
  const numberOf = (reference: unknown) => {
    const known = numbers.get(reference);
    if (known !== undefined) return known;
    numbers.set(reference, numbers.size);
    return numbers.size - 1;
  };
  const ordered = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(ordered);
    if (value === null || typeof value !== "object") return value;
    const entries: [string, unknown][] = [];
    for (const key of Object.keys(value).sort()) {
      const member = (value as Record<string, unknown>)[key];
      entries.push([key, key === "$id" || key === "$ref" ? numberOf(member) : ordered(member)]);
    }
    return entries;
  };
  return sha256(JSON.stringify(ordered(value)));
}
