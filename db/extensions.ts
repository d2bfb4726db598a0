import type postgres from "postgres";

/** The PostgreSQL extensions that the trigram index for search needs. */
const required = ["pg_trgm", "btree_gin"];

/**
 * Creates the missing extensions. Skips existing ones, because a managed server may refuse CREATE EXTENSION even for these.
 * Throws an Error with one sentence if an administrator of the server must act first.
 */
export async function createExtensions(client: postgres.Sql): Promise<void> {
  const found = await client<{ name: string }[]>`select extname as name from pg_extension`;
  const missing = required.filter((name) => found.every((extension) => extension.name !== name));
  for (const name of missing) {
    try {
      await client`create extension ${client(name)}`;
    } catch (cause) {
      const sentence = await explain(client, missing, cause);
      // feature_not_supported
      const isUnlisted = (cause as { code?: string }).code === "0A000";
      throw isUnlisted ? new ExtensionNotAllowed(sentence, { cause }) : new Error(sentence, { cause });
    }
  }
  await requireVisible(client);
}

/** Throws an Error with one sentence if an extension lies in a schema where the migrations' statements don't find it. */
async function requireVisible(client: postgres.Sql): Promise<void> {
  const [hidden] = await client<{ name: string; schema: string; role: string; database: string }[]>`
    select string_agg(extname, ' and ' order by extname) as name, quote_ident(nspname) as schema,
      quote_ident(current_user) as role, quote_ident(current_database()) as database
    from pg_extension join pg_namespace n on n.oid = extnamespace
    where extname in ${client(required)} and nspname <> all (current_schemas(true)) group by nspname`;
  if (!hidden) return;
  const { name, schema, role, database } = hidden;
  throw new Error(
    `The role ${role} doesn't find ${name}, because the schema ${schema} isn't in its search_path. As an administrator, in the database ${database}: GRANT USAGE ON SCHEMA ${schema} TO ${role}; ALTER ROLE ${role} IN DATABASE ${database} SET search_path = public, ${schema};`,
  );
}

/** Thrown if the server's list of allowed extensions, which managed servers have, lacks one that PocketSOC needs. */
export class ExtensionNotAllowed extends Error {}

async function explain(client: postgres.Sql, missing: string[], cause: unknown): Promise<string> {
  const { code = "", message = "" } = cause as { code?: string; message?: string };
  const [here] = await client<{ role: string; database: string; available: number }[]>`
    select current_user as role, current_database() as database,
      (select count(*)::int from pg_available_extensions where name in ${client(missing)}) as available`;
  const names = missing.join(" and ");
  const statements = missing.map((name) => `CREATE EXTENSION ${name};`).join(" ");
  const byHand = `run in the database ${here?.database}: ${statements}`;
  const reason = `(${message}, ${code})`;
  if (here && here.available < missing.length)
    return `The server lacks ${names}, which PocketSOC needs ${reason}. Ask an administrator to install PostgreSQL's contrib modules and to ${byHand}`;
  if (code === "0A000")
    return `The server doesn't allow ${names} ${reason}. Ask an administrator to add them to the server's list of extensions (docs/postgresql.md names its setting) and to ${byHand}`;
  return `The role ${here?.role} may not create ${names} ${reason}. Ask an administrator to ${byHand}`;
}
