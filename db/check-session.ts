import type postgres from "postgres";
import { lookUp } from "#lib/domain/look-up.ts";

/** A setting of PostgreSQL on which PocketSOC's statements rely. */
type Needed = {
  /** the value that a remedy names */
  value: string;
  /** whether the current value, in the setting's base unit, is good */
  isGood: (current: string) => boolean;
  why: string;
};

const exactly = (value: string, why: string): Needed => ({
  value,
  isGood: (current) => current === value,
  why,
});
/** A limit that may be off (`offValue`), or at least `least`. */
const limit = (offValue: string, least: number, why: string): Needed => ({
  value: offValue,
  isGood: (current) => current === offValue || Number(current) >= least,
  why,
});

const midTransaction = "so the server would break off PocketSOC's transactions";
const misread = "so PocketSOC would misread what it stored";
const lossy =
  "so an alert that PocketSOC has acknowledged, or a decision, could be lost when the server fails";
const changed = "so PocketSOC's statements would mean something else";

/**
 * The settings that every role, database and server may change, and that PocketSOC needs as they are by default. Times are in
 * ms, sizes in KiB.
 */
const needed: Readonly<Record<string, Needed>> = {
  default_transaction_read_only: exactly(
    "off",
    "so PocketSOC could store nothing; a managed server sets this itself when its disk is full",
  ),
  default_transaction_isolation: exactly("read committed", "so work of two people at once would fail"),
  row_security: exactly("on", "so the server would refuse PocketSOC's queries"),
  synchronous_commit: { value: "on", isGood: (current) => current !== "off", why: lossy },
  session_replication_role: exactly("origin", "so the server would check no references"),
  standard_conforming_strings: exactly("on", changed),
  array_nulls: exactly("on", changed),
  transform_null_equals: exactly("off", changed),
  bytea_output: exactly("hex", misread),
  DateStyle: { value: "ISO", isGood: (current) => current.startsWith("ISO"), why: misread },
  extra_float_digits: { value: "1", isGood: (current) => Number(current) >= 0, why: misread },
  idle_in_transaction_session_timeout: limit("0", 30_000, midTransaction),
  transaction_timeout: limit("0", 60_000, midTransaction),
  lock_timeout: limit("0", 20_000, "so work that waits for other work would fail"),
  idle_session_timeout: limit("0", Infinity, "so the server would close connections that PocketSOC uses"),
  temp_file_limit: limit("-1", 65_536, "so queries would fail"),
};

type Session = {
  role: string;
  database: string;
  encoding: string;
  standby: boolean;
  hasPublic: boolean;
  usesPublic: boolean;
  /** the first schema of the search path that exists and may be used */
  schema: string | null;
};

/**
 * Returns a sentence for each property of the database, and for each setting of the session, with which PocketSOC would fail
 * or misread. Roles, databases and servers may change the settings, and so may the `options` of an address. `setting` names
 * the setting that contains the address.
 */
export async function sessionProblems(client: postgres.Sql, setting: string): Promise<string[]> {
  const [session] = await client<Session[]>`
    select quote_ident(current_user) as role, quote_ident(current_database()) as database,
      current_setting('server_encoding') as encoding, pg_is_in_recovery() as standby,
      to_regnamespace('public') is not null as "hasPublic",
      coalesce(has_schema_privilege(to_regnamespace('public')::oid, 'USAGE'), false) as "usesPublic",
      current_schema() as schema`;
  if (!session) return [];
  const { role, database, encoding, standby, hasPublic, usesPublic, schema } = session;
  if (standby)
    return [
      `${setting} leads to a standby, which takes no writes. Give the primary's address, or add target_session_attrs=read-write to an address with all servers.`,
    ];
  if (encoding !== "UTF8")
    return [
      `The database ${database} has the encoding ${encoding}, but PocketSOC stores text in every script. Create another one as an administrator: CREATE DATABASE … TEMPLATE template0 ENCODING 'UTF8'`,
    ];
  if (!hasPublic)
    return [
      `The database ${database} has no schema public. As an administrator, in this database: CREATE SCHEMA public AUTHORIZATION the owner of PocketSOC's tables`,
    ];
  const settings = await client<{ name: string; current: string; source: string }[]>`
    select name, setting as current, source from pg_settings
    where name in ${client(["search_path", ...Object.keys(needed)])}`;
  const sentences = settings.flatMap(({ name, current, source }) => {
    const rule = name === "search_path" ? pathRule(schema) : lookUp(needed, name);
    // without the right to the schema, a sentence on rights says more
    if (!rule || rule.isGood(current) || (name === "search_path" && !usesPublic)) return [];
    const remedy =
      source === "client"
        ? "Remove it from the options of the address."
        : `As an administrator: ALTER ROLE ${role} IN DATABASE ${database} SET ${name} = ${literal(rule.value)}`;
    return `${setting} signs in as ${role} with ${name} ${current || "''"}, ${rule.why}. ${remedy}`;
  });
  return sentences.toSorted();
}

/** The path may contain other schemas, in which an administrator installed the extensions. */
const pathRule = (schema: string | null): Needed => ({
  value: "public",
  isGood: () => schema === "public",
  why: "so PocketSOC would look for its tables elsewhere than in the schema public",
});

const literal = (value: string) => (/^(-?\d+|public)$/.test(value) ? value : `'${value}'`);
