import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { checkDatabaseRole } from "#db/check-role.ts";
import { migrateDatabase } from "#db/migrate.ts";
import { readEnv } from "#lib/platform/env.ts";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "./embedded-postgres.ts";

const programs = {
  web: ["node_modules/next/dist/bin/next", "start", "-p", process.env.PORT ?? "3000"],
  worker: ["worker/main.ts"],
};
type Program = keyof typeof programs;

function refuse(sentences: string[]): never {
  console.error(`PocketSOC can't start:\n${sentences.map((one) => `- ${one}`).join("\n")}`);
  process.exit(1);
}

const wanted = process.argv[2];
if (wanted !== undefined && wanted !== "web" && wanted !== "worker")
  refuse(["Say web, worker, or nothing for both."]);
const names: Program[] = wanted ? [wanted] : ["web", "worker"];
if (process.env.POCKETSOC_DEMO)
  refuse(["POCKETSOC_DEMO is for the demo only. Remove it, or run npm run demo."]);
if (!existsSync(".next/BUILD_ID")) refuse(["The portal isn't built. Run npm run build."]);

// what can be checked is checked before a database is started for it
const known = readEnv({ ...process.env, DATABASE_URL: process.env.DATABASE_URL || "postgres://embedded" });
if (!known.ok) refuse(known.problems.map((one) => `${one.name} ${one.problem}`));

let embedded: EmbeddedPostgres | undefined;
let databaseUrl = process.env.DATABASE_URL;
try {
  if (databaseUrl) {
    const reasons = await checkDatabaseRole(databaseUrl);
    if (reasons.length > 0) refuse(reasons);
  } else {
    if (wanted) refuse(["DATABASE_URL is missing: web and worker apart need one database that both reach."]);
    embedded = await startEmbeddedPostgres({ dataDir: ".pocketsoc/postgres" });
    await migrateDatabase(embedded.ownerUrl);
    databaseUrl = embedded.appUrl;
  }
} catch (error) {
  refuse([`The database can't be used: ${error instanceof Error ? error.message : String(error)}`]);
}

const children: ChildProcess[] = [];
let stopping = false;
async function stop(code: number): Promise<void> {
  if (stopping) return;
  stopping = true;
  const running = children.filter((child) => child.exitCode === null && child.signalCode === null);
  await Promise.all(
    running.map(async (child) => {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), 10_000);
      await ended;
      clearTimeout(timer);
    }),
  );
  embedded?.stop();
  process.exit(code);
}
process.on("SIGINT", () => void stop(0));
process.on("SIGTERM", () => void stop(0));
for (const name of names) {
  const child = spawn(process.execPath, programs[name], {
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, NODE_ENV: "production", DATABASE_URL: databaseUrl },
  });
  child.on("exit", () => {
    if (stopping) return;
    console.error(`The ${name} stopped by itself, so everything is stopped. Its last words stand above.`);
    void stop(1);
  });
  children.push(child);
}
