import { runDemoStack } from "./demo-stack.ts";
import { freePortalPort } from "./ports.ts";
import { launch } from "./programs.ts";
import { lockFolder, stateDirOf } from "./state-folder.ts";

const hint = `Pages follow what you save. The worker restarts when you save a source of programs/, lib/ or db/ that isn't a test.
Start this again after a change to a migration, the emulator, scripts/, package.json or what the web opens once for
its whole life: the settings, the database's pool, the hub of the streams.

`;

/** Runs the demo's stack from the sources, for development, until `ending` aborts or one of the programs ends. */
async function runDev(ending: AbortController): Promise<void> {
  lockFolder(stateDirOf("dev"));
  await runDemoStack({
    name: "dev",
    portalPort: await freePortalPort(),
    followsSources: true,
    hint,
    ending,
  });
}

await launch(runDev);
