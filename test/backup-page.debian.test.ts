import { spawnSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import postgres from "postgres";
import { afterAll, beforeAll, expect, it } from "vitest";
import { checkDatabaseRole } from "#db/check-role.ts";
import { migrateDatabase } from "#db/migrate.ts";
import { findDebianPostgres } from "../scripts/debian-services.ts";
import { type DebianPostgres, makeFolder, startDebianPostgres } from "./debian-postgres.ts";
import { formValues, startTestStack, type TestStack } from "./stack.ts";
import { pollNow, save } from "./steps.ts";

/** Returns the commands of a section of docs/backup.md. */
const commandsOf = (title: string): string =>
  new RegExp(`^## ${title}\\n[\\s\\S]*?^\`\`\`sh\\n([\\s\\S]*?)^\`\`\`$`, "m").exec(
    readFileSync("docs/backup.md", "utf8"),
  )?.[1] ?? "";

const folder = makeFolder();
let server: DebianPostgres;
let superuser: postgres.Sql;
let stack: TestStack;
let ownerUrl: string;
let appUrl: string;
const createDatabase = async () => {
  await superuser.unsafe("create database pocketsoc owner pocketsoc_owner");
};
beforeAll(async () => {
  server = await startDebianPostgres();
  superuser = postgres(server.superUrl, { max: 1, onnotice: () => {} });
  await superuser.unsafe("create role pocketsoc_owner login password 'one'");
  await superuser.unsafe("create role pocketsoc_app login password 'two'");
  await createDatabase();
  const at = `localhost:${server.port}/pocketsoc?sslmode=require`;
  ownerUrl = `postgres://pocketsoc_owner:one@${at}`;
  appUrl = `postgres://pocketsoc_app:two@${at}`;
  await migrateDatabase(ownerUrl);
  const superUrl = server.superUrl.replace("/postgres?", "/pocketsoc?");
  stack = await startTestStack({ superUrl, ownerUrl, appUrl, drop: async () => {} });
});
afterAll(async () => {
  await stack.stop();
  await superuser.end();
  await server.stop();
  rmSync(folder, { recursive: true });
});

/** Runs the page's commands with the server's own programs, except `npm start`. Throws what they print. */
function run(commands: string): void {
  const { status, stderr, stdout } = spawnSync("sh", ["-e"], {
    input: commands
      .replace("npm run db:migrate", `"${process.execPath}" scripts/migrate.ts`)
      .replace("npm start", "")
      .replaceAll("pocketsoc.dump", join(folder, "pocketsoc.dump")),
    env: {
      ...process.env,
      PATH: `${findDebianPostgres()}:${process.env.PATH}`,
      DATABASE_OWNER_URL: ownerUrl,
      DATABASE_URL: appUrl,
    },
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`${stderr}${stdout}`);
}

/** Counts the rows of each of our tables. */
async function countRows(): Promise<Record<string, number>> {
  const client = postgres(server.superUrl.replace("/postgres?", "/pocketsoc?"), {
    max: 1,
    onnotice: () => {},
  });
  try {
    const tables = await client<{ name: string }[]>`
      select format('%I.%I', schemaname, tablename) as name from pg_tables
      where schemaname in ('public', 'drizzle') order by 1`;
    const counts: Record<string, number> = {};
    for (const { name } of tables) {
      const [row] = await client.unsafe<{ count: number }[]>(`select count(*)::int as count from ${name}`);
      counts[name] = row?.count ?? -1;
    }
    return counts;
  } finally {
    await client.end();
  }
}

it("a backup of the page holds every row, and restored into an empty database the portal goes on", async () => {
  const admin = await stack.asMember("admin");
  await save(admin, formValues);
  expect((await pollNow(stack.services)).outcome).toBe("read");
  const before = await countRows();
  expect(before["public.detections"]).toBeGreaterThan(0);
  run(commandsOf("Back up"));
  await superuser.unsafe("drop database pocketsoc with (force)");
  await createDatabase();
  run(commandsOf("Restore"));
  expect(await countRows()).toEqual(before);
  expect(await checkDatabaseRole(appUrl)).toEqual({ problems: [], notes: [] });
  // opens the restored secret
  expect((await pollNow(stack.services)).outcome).toBe("read");
  expect((await countRows())["public.detections"]).toBe(before["public.detections"]);
});
