import { readMigrationFiles } from "drizzle-orm/migrator";
import type postgres from "postgres";
import { firstVersionHash } from "./first-version.ts";

/** A migration, by the SHA-256 of its file, in hex, and its moment in the journal, in ms. */
type Migration = { hash: string; at: number };

/** How a database's migrations stand to this version's. */
type MigrationState =
  | { kind: "current" }
  /** it has those of this version but the last `missing` */
  | { kind: "behind"; missing: number }
  /** it has some that this version doesn't know */
  | { kind: "newer" }
  /** one of this version's has another text there */
  | { kind: "altered" }
  /** it is from before 0.2.0 */
  | { kind: "first-version" };

/** Compares what a database had, in any order, with what this version ships. */
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

/** The migrations in `folder`. */
export const readShipped = (folder: string): Migration[] =>
  readMigrationFiles({ migrationsFolder: folder }).map(({ hash, folderMillis }) => ({
    hash,
    at: folderMillis,
  }));

/** Those that a database had; none where drizzle's table isn't there yet. */
export async function readApplied(client: postgres.Sql): Promise<Migration[]> {
  const [table] = await client`select to_regclass('drizzle.__drizzle_migrations') as name`;
  if (!table?.name) return [];
  const rows = await client<{ hash: string; created_at: string }[]>`
    select hash, created_at from drizzle.__drizzle_migrations`;
  return rows.map(({ hash, created_at }) => ({ hash, at: Number(created_at) }));
}

/** What `db:migrate` can't mend. */
type Refused = Extract<MigrationState["kind"], "first-version" | "newer" | "altered">;

const sentences: Record<Refused, (how: string) => string> = {
  "first-version": (how) =>
    `The database is from before PocketSOC 0.2.0, which this version can't carry over; to begin anew, ${how} (alerts come again with the first poll, and history doesn't notify).`,
  altered: (how) =>
    `A migration in the database has another text than in this version, so its tables may differ; use the version that migrated it, or begin anew: ${how}.`,
  newer: () =>
    "The database is from a newer version of PocketSOC: it has a migration that this version doesn't know. Use that version, or a newer one.",
};

/** A database that this version keeps off. `how` says what to do to begin anew. */
export class RefusedDatabase extends Error {
  readonly kind: Refused;
  constructor(kind: Refused, how = "give PocketSOC an empty database and run npm run db:migrate") {
    super(sentences[kind](how));
    this.name = "RefusedDatabase";
    this.kind = kind;
  }
}

/** Why this version keeps off a database in that state; null when it doesn't, or `db:migrate` mends it. */
export function whyRefused({ kind }: MigrationState): RefusedDatabase | null {
  return kind === "current" || kind === "behind" ? null : new RefusedDatabase(kind);
}
