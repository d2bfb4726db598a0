/** Whether `version` is `oldest` or newer. Both are written as 1.2.3. */
export function isAtLeast(version: string, oldest: string): boolean {
  const [own, other] = [version, oldest].map((text) => text.split(".").map(Number.parseFloat));
  for (const index of [0, 1, 2]) {
    const difference = (own?.[index] ?? 0) - (other?.[index] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}
