/**
 * Returns the value that a table has under a key, or undefined. A key that comes from outside may be the name of something
 * that every object inherits, such as `constructor`; it has no value here.
 */
export const lookUp = <T>(table: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined;
