import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { migrateDatabase } from "#db/migrate.ts";
import { startEmbeddedPostgres } from "../scripts/embedded-postgres.ts";
import { lockFolder } from "../scripts/state-folder.ts";

declare module "vitest" {
  export interface ProvidedContext {
    postgres: { superUrl: string; ownerUrl: string; appUrl: string };
  }
}

/**
 * Starts the test run's PostgreSQL and migrates the template database, which each test file clones. Returns a function that
 * stops the PostgreSQL.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const stateDir = join(".pocketsoc", "test");
  // locked, because a second run would drop the first one's template
  lockFolder(stateDir);
  const server = await startEmbeddedPostgres({ dataDir: join(stateDir, "postgres"), fsync: false });
  await server.dropDatabase("pocketsoc");
  await server.createDatabase("pocketsoc");
  await migrateDatabase(server.ownerUrl);
  project.provide("postgres", {
    superUrl: Object.assign(new URL(server.superUrl), { pathname: "/postgres" }).href,
    ownerUrl: server.ownerUrl,
    appUrl: server.appUrl,
  });
  return () => server.stop();
}
