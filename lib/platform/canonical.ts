import { sha256 } from "./ids.ts";

/**
 * A hash of a vendor's JSON that stays the same while its meaning does: keys in order, and `$id`/`$ref`
 * renumbered by first appearance, since Azure hands out new ones with every answer.
 */
export function canonicalHash(value: unknown): Buffer {
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
      out.push([key, key === "$id" || key === "$ref" ? numberOf(inner) : ordered(inner)]);
    }
    return out;
  };
  return sha256(JSON.stringify(ordered(value)));
}
