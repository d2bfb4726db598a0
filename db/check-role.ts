import postgres from "postgres";

/**
 * Why the role in `appUrl` is too strong to run the portal as; an empty list when it is right. Superusers,
 * owners of our tables and BYPASSRLS all walk past row-level security.
 */
export async function checkDatabaseRole(appUrl: string): Promise<string[]> {
  const client = postgres(appUrl, { max: 1, connect_timeout: 5, onnotice: () => {} });
  try {
    const [role] = await client<{ rolsuper: boolean; rolbypassrls: boolean; owns: boolean }[]>`
      select rolsuper, rolbypassrls,
        exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace
          where n.nspname = 'public' and c.relkind = 'r' and pg_has_role(current_user, c.relowner, 'USAGE')) as owns
      from pg_roles where rolname = current_user`;
    const reasons: string[] = [];
    if (role?.rolsuper) reasons.push("DATABASE_URL signs in as a superuser; use a role without SUPERUSER.");
    if (role?.rolbypassrls)
      reasons.push("DATABASE_URL signs in as a role with BYPASSRLS; use one without it.");
    if (role?.owns)
      reasons.push("DATABASE_URL signs in as the owner of PocketSOC's tables; use the restricted role.");
    return reasons;
  } finally {
    await client.end({ timeout: 5 });
  }
}
