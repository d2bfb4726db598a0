import { buildPortal } from "./build.ts";
import { deployAutomation, noteControl } from "./demo-azure.ts";
import { demoWebhookUrl } from "./demo-webhook.ts";
import { portRule, readPort, whyNotPort } from "./ports.ts";
import { aborted, launch } from "./programs.ts";
import { type Stack, startStack } from "./stack.ts";
import { holdFolder } from "./state-folder.ts";

const stateDir = ".pocketsoc/demo";
const production = "11c0ffee-1a2b-4c3d-8e4f-5a6b7c8d9e01";

const text = (stack: Stack) => `
PocketSOC is running at ${stack.portalUrl}

Sign in as     admin@contoso.example    (Admin)
               analyst@contoso.example  (waits until the Admin lets them in: Settings > Team)

Settings > Vendor Configurations > Add Configuration:
  Vendor           Defender for Cloud
  Display Name     Azure Production
  Auth Type        Delegated (sign in as the Admin once more), or OAuth with the secret below
  Tenant ID        4f6d1c1e-7a53-4a8e-9b5c-0c1d2e3f4a5b
  Subscription ID  11c0ffee-1a2b-4c3d-8e4f-5a6b7c8d9e01
                   (also 22c0ffee-1a2b-4c3d-8e4f-5a6b7c8d9e02, 33c0ffee-1a2b-4c3d-8e4f-5a6b7c8d9e03)
  Application ID   1d2e3f40-5a6b-4c7d-8e9f-a0b1c2d3e4f5
  Client Secret    Q_e8Q~demo-secret-value-for-pocketsoc-0001

In Azure the Admin and analyst@ may change alerts, viewer@ and reader@ may see those of the first subscription,
outsider@ and newcomer@ may see none.

The template of Option A is deployed in the first subscription: its High and Medium alerts come by webhook within
a second, and are kept as unclaimed until you have added the configuration (Settings > Deliveries).

A new alert, while this runs:  npm run demo:alert -- --severity High
                               (also --count 20 --every 500 for twenty, one each half second)

Azure is an emulator here; its state and the database stay in ${stateDir}/. Ctrl-C stops everything.
`;

/** Runs the demo until it is told to end or one of its programs dies. */
async function runDemo(ending: AbortController): Promise<void> {
  const portalPort = readPort(process.env.PORT);
  if (portalPort === null) throw new Error(portRule);
  // before the build, which would pull the pages from under a demo that runs
  holdFolder(stateDir);
  const taken = await whyNotPort(portalPort);
  if (taken) throw new Error(taken);
  const built = await buildPortal(ending.signal);
  ending.signal.throwIfAborted();
  if (!built) throw new Error("The portal could not be built; the reason stands above.");
  const stack = await startStack({
    stateDir,
    portalPort,
    control: true,
    ending,
  });
  if (stack.controlUrl) {
    noteControl(stateDir, stack.controlUrl);
    const webhookUrl = await demoWebhookUrl(stack.env);
    await deployAutomation(stack.controlUrl, { webhookUrl, subscriptionId: production });
  }
  console.log(text(stack));
  await aborted(ending.signal);
  await stack.stop();
}

await launch(runDemo);
