import { readMigrationFiles } from "drizzle-orm/migrator";
import type postgres from "postgres";
import { firstVersionHash } from "./first-version.ts";
import { isAtLeast } from "./version-order.ts";

/** A migration: the SHA-256 of its file in hex, and its time in the journal in ms. */
type Migration = { hash: string; at: number };
/** A migration in a database. `oldest` is the oldest version of PocketSOC that may run on it; null if that isn't stored. */
type Applied = Migration & { oldest?: string | null };

/** The result of comparing a database's migrations with this version's. */
type MigrationState =
  | { kind: "current" }
  /** the database lacks the last `missing` migrations of this version */
  | { kind: "behind"; missing: number }
  /**
   * the database has `unknown` migrations that this version doesn't know. `oldest` lists the oldest versions that may run on
   * them; null if one isn't stored. `missing` counts this version's migrations that the database lacks.
   */
  | { kind: "newer"; unknown: number; oldest: string[] | null; missing: number }
  /** a migration's text differs from the text that was applied to the database */
  | { kind: "altered" }
  /** a version before 0.2.0 created the database */
  | { kind: "first-version" };

/** Compares the migrations applied to a database with this version's migrations. Both lists may be in any order. */
export function compareMigrations(
  applied: readonly Applied[],
  shipped: readonly Migration[],
): MigrationState {
  if (applied.some(({ hash }) => hash === firstVersionHash)) return { kind: "first-version" };
  const hashes = new Map(shipped.map(({ at, hash }) => [at, hash]));
  if (applied.some(({ at, hash }) => hashes.has(at) && hashes.get(at) !== hash)) return { kind: "altered" };
  const unknown = applied.filter(({ at }) => !hashes.has(at));
  const missing = shipped.length - (applied.length - unknown.length);
  if (unknown.length > 0) {
    const oldest = unknown.flatMap((migration) => migration.oldest ?? []);
    return {
      kind: "newer",
      unknown: unknown.length,
      oldest: oldest.length === unknown.length ? oldest : null,
      missing,
    };
  }
  return missing > 0 ? { kind: "behind", missing } : { kind: "current" };
}

/** Reads this version's migrations from `folder`. */
export const readShipped = (folder: string): Migration[] =>
  readMigrationFiles({ migrationsFolder: folder }).map(({ hash, folderMillis }) => ({
    hash,
    at: folderMillis,
  }));

/** Reads the migrations applied to a database. Empty if drizzle's table of migrations doesn't exist yet. */
export async function readApplied(client: postgres.Sql): Promise<Applied[]> {
  const [table] = await client<{ migrations: string | null; versions: string | null }[]>`
    select to_regclass('drizzle.__drizzle_migrations') as migrations,
      to_regclass('drizzle.oldest_versions') as versions`;
  if (!table?.migrations) return [];
  const rows = await client<{ hash: string; created_at: string }[]>`
    select hash, created_at from drizzle.__drizzle_migrations`;
  const versions = table.versions
    ? await client<{ created_at: string; oldest: string }[]>`
        select created_at, oldest from drizzle.oldest_versions`
    : [];
  const oldestOf = new Map(versions.map(({ created_at, oldest }) => [Number(created_at), oldest]));
  return rows.map(({ hash, created_at }) => {
    const at = Number(created_at);
    return { hash, at, oldest: oldestOf.get(at) ?? null };
  });
}

/** The states of a database on which this version can't run. */
type Refused = Extract<MigrationState["kind"], "first-version" | "newer" | "altered">;

const sentences: Record<Refused, (how: string) => string> = {
  "first-version": (how) =>
    `The database is from before PocketSOC 0.2.0 and can't be upgraded. To start over, ${how}. Alerts come back with the first poll, and old ones don't notify.`,
  altered: (how) =>
    `A migration in the database differs from this version's, so its tables may differ too. Use the version that migrated it, or start over: ${how}.`,
  newer: () =>
    "The database is from a newer version of PocketSOC: it has a migration that this version doesn't know and may not run on. Use that version or a newer one.",
};

/** Thrown for a database on which this version can't run. `how` tells an operator how to start over. */
export class RefusedDatabase extends Error {
  readonly kind: Refused;
  constructor(kind: Refused, how = "give PocketSOC an empty database and run npm run db:migrate") {
    super(sentences[kind](how));
    this.name = "RefusedDatabase";
    this.kind = kind;
  }
}

/**
 * Returns the error for a database in this state if `version` of PocketSOC can't run on it; otherwise null. It can run on a
 * newer database if each unknown migration says so.
 */
export function whyRefused(state: MigrationState, version: string): RefusedDatabase | null {
  if (state.kind === "current" || state.kind === "behind") return null;
  if (
    state.kind === "newer" &&
    state.missing === 0 &&
    state.oldest?.every((oldest) => isAtLeast(version, oldest))
  )
    return null;
  return new RefusedDatabase(state.kind);
}

/** Returns a sentence for the log about a newer database on which this version can run. */
export const describeNewer = ({ unknown }: { unknown: number }): string =>
  `The database is from a newer version of PocketSOC, on which this version can run: ${unknown} of its migrations are unknown here.`;
