import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Env, readEnv } from "#lib/platform/env.ts";
import type { Services } from "#lib/services/context.ts";
import { openServices } from "#lib/services/open.ts";
import { startEmbeddedPostgres } from "./embedded-postgres.ts";
import { keptDemoEnv } from "./stack.ts";

/**
 * What a command beside the portal works with: the environment's settings, or, where there are none but a
 * demo was started here, the demo's. Without DATABASE_URL it is the embedded database, running or not.
 */
export async function openTool(
  name: string,
): Promise<{ env: Env; services: Services; close: () => Promise<void> }> {
  const stateDir = process.env.POCKETSOC_STATE_DIR ?? ".pocketsoc";
  const demo = !process.env.POCKETSOC_URL && existsSync(join(stateDir, "demo.json"));
  if (demo) Object.assign(process.env, keptDemoEnv(stateDir));
  const embedded = process.env.DATABASE_URL
    ? null
    : await startEmbeddedPostgres({ dataDir: join(stateDir, "postgres") });
  const read = readEnv({ ...process.env, DATABASE_URL: process.env.DATABASE_URL ?? embedded?.appUrl });
  if (!read.ok) {
    console.error(
      `This can't run yet:\n${read.problems.map((one) => `- ${one.name} ${one.problem}`).join("\n")}`,
    );
    process.exit(1);
  }
  const { services, handle } = openServices(read.env, name);
  const close = async () => {
    await handle.close();
    if (embedded?.started) embedded.stop();
  };
  return { env: read.env, services, close };
}
