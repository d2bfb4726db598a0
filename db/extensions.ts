import type postgres from "postgres";

/** The trigram index of the search is made of them. */
const wanted = ["pg_trgm", "btree_gin"];

/**
 * Creates the extensions that the database lacks; one that is there is left alone, since a managed server may refuse
 * the statement even then. What an administrator has to do first is an Error with one sentence.
 */
export async function createExtensions(client: postgres.Sql): Promise<void> {
  const found = await client<{ name: string }[]>`select extname as name from pg_extension`;
  const missing = wanted.filter((name) => found.every((one) => one.name !== name));
  for (const name of missing) {
    try {
      await client`create extension ${client(name)}`;
    } catch (cause) {
      throw new Error(await explain(client, missing, cause), { cause });
    }
  }
}

async function explain(client: postgres.Sql, missing: string[], cause: unknown): Promise<string> {
  const { code = "", message = "" } = cause as { code?: string; message?: string };
  const [here] = await client<{ role: string; database: string; available: number }[]>`
    select current_user as role, current_database() as database,
      (select count(*)::int from pg_available_extensions where name in ${client(missing)}) as available`;
  const names = missing.join(" and ");
  const statements = missing.map((name) => `CREATE EXTENSION ${name};`).join(" ");
  const byHand = `in the database ${here?.database} an administrator runs ${statements}`;
  const said = `(${message}, ${code})`;
  if (here && here.available < missing.length)
    return `The server lacks what PocketSOC needs, ${names} ${said}: an administrator installs PostgreSQL's contrib modules, then ${byHand}`;
  // feature_not_supported: a managed server's list of what may be created
  if (code === "0A000")
    return `The server doesn't allow ${names} ${said}: an administrator adds them to the server's list of extensions (README.md names its parameter), and ${byHand}`;
  return `The role ${here?.role} may not create ${names} ${said}: ${byHand}`;
}
