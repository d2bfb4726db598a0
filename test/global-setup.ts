import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { migrateDatabase } from "#db/migrate.ts";
import { startEmbeddedPostgres } from "../scripts/embedded-postgres.ts";

declare module "vitest" {
  export interface ProvidedContext {
    postgres: { superUrl: string; ownerUrl: string; appUrl: string };
  }
}

/** One PostgreSQL for the run; its migrated database is the template that each test file clones. */
export default async function setup(project: TestProject): Promise<() => void> {
  const server = await startEmbeddedPostgres({ dataDir: join(".pocketsoc", "test-postgres"), fsync: false });
  await server.dropDatabase("pocketsoc");
  await server.createDatabase("pocketsoc");
  await migrateDatabase(server.ownerUrl);
  project.provide("postgres", {
    superUrl: server.urlsFor("postgres").superUrl,
    ownerUrl: server.ownerUrl,
    appUrl: server.appUrl,
  });
  return () => server.stop();
}
