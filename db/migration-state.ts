import { readMigrationFiles } from "drizzle-orm/migrator";
import type postgres from "postgres";
import { firstVersionHash } from "./first-version.ts";

/** A migration: the SHA-256 of its file in hex, and its time in the journal in ms. */
type Migration = { hash: string; at: number };

/** The result of comparing a database's migrations with this version's. */
type MigrationState =
  | { kind: "current" }
  /** the database lacks the last `missing` migrations of this version */
  | { kind: "behind"; missing: number }
  /** the database has migrations that this version doesn't know */
  | { kind: "newer" }
  /** a migration's text differs from the text that was applied to the database */
  | { kind: "altered" }
  /** a version before 0.2.0 created the database */
  | { kind: "first-version" };

/** Compares the migrations applied to a database with this version's migrations. Both lists may be in any order. */
export function compareMigrations(
  applied: readonly Migration[],
  shipped: readonly Migration[],
): MigrationState {
  if (applied.some(({ hash }) => hash === firstVersionHash)) return { kind: "first-version" };
  const hashes = new Map(shipped.map(({ at, hash }) => [at, hash]));
  if (applied.some(({ at, hash }) => hashes.has(at) && hashes.get(at) !== hash)) return { kind: "altered" };
  if (applied.some(({ at }) => !hashes.has(at))) return { kind: "newer" };
  const missing = shipped.length - applied.length;
  return missing > 0 ? { kind: "behind", missing } : { kind: "current" };
}

/** Reads this version's migrations from `folder`. */
export const readShipped = (folder: string): Migration[] =>
  readMigrationFiles({ migrationsFolder: folder }).map(({ hash, folderMillis }) => ({
    hash,
    at: folderMillis,
  }));

/** Reads the migrations applied to a database. Empty if drizzle's table of migrations doesn't exist yet. */
export async function readApplied(client: postgres.Sql): Promise<Migration[]> {
  const [table] = await client`select to_regclass('drizzle.__drizzle_migrations') as name`;
  if (!table?.name) return [];
  const rows = await client<{ hash: string; created_at: string }[]>`
    select hash, created_at from drizzle.__drizzle_migrations`;
  return rows.map(({ hash, created_at }) => ({ hash, at: Number(created_at) }));
}

/** Those states of a database that `db:migrate` can't fix. */
type Refused = Extract<MigrationState["kind"], "first-version" | "newer" | "altered">;

const sentences: Record<Refused, (how: string) => string> = {
  "first-version": (how) =>
    `The database is from before PocketSOC 0.2.0 and can't be upgraded. To start over, ${how}. Alerts come back with the first poll, and old ones don't notify.`,
  altered: (how) =>
    `A migration in the database differs from this version's, so its tables may differ too. Use the version that migrated it, or start over: ${how}.`,
  newer: () =>
    "The database is from a newer version of PocketSOC: it has a migration that this version doesn't know. Use that version or a newer one.",
};

/** Thrown for a database that this version must not touch. `how` tells an operator how to start over. */
export class RefusedDatabase extends Error {
  readonly kind: Refused;
  constructor(kind: Refused, how = "give PocketSOC an empty database and run npm run db:migrate") {
    super(sentences[kind](how));
    this.name = "RefusedDatabase";
    this.kind = kind;
  }
}

/** Returns the error for a database in this state if this version must not touch such a database; otherwise null. */
export function whyRefused({ kind }: MigrationState): RefusedDatabase | null {
  return kind === "current" || kind === "behind" ? null : new RefusedDatabase(kind);
}
