/** Returns the first text that occurs a second time, or undefined. Its work grows in proportion to the number of texts. */
export function firstRepeated(texts: Iterable<string>): string | undefined {
  const seen = new Set<string>();
  for (const text of texts) {
    if (seen.has(text)) return text;
    seen.add(text);
  }
  return undefined;
}
