/** The advisory lock that every migrator holds while it works; an arbitrary constant. */
export const migrationLock = 7_268_401;
