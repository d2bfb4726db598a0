import { buildPortal } from "./build.ts";
import { runDemoStack } from "./demo-stack.ts";
import { freePortalPort } from "./ports.ts";
import { launch } from "./programs.ts";
import { lockFolder, stateDirOf } from "./state-folder.ts";

/** Runs the built portal on an emulated Azure until `ending` aborts or one of the programs ends. */
async function runDemo(ending: AbortController): Promise<void> {
  // locked before the build, which would replace the pages of a running demo
  lockFolder(stateDirOf("demo"));
  const portalPort = await freePortalPort();
  const built = await buildPortal(ending.signal);
  ending.signal.throwIfAborted();
  if (!built) throw new Error("The portal could not be built. See the reason above.");
  await runDemoStack({ name: "demo", portalPort, followsSources: false, hint: "", ending });
}

await launch(runDemo);
