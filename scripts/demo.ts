import { join } from "node:path";
import { RefusedDatabase } from "#db/migration-state.ts";
import { apiApp, contoso, subscriptions } from "../emulator/azure/directory.ts";
import { buildPortal } from "./build.ts";
import { deployAutomation, noteControl } from "./demo-azure.ts";
import { type DemoPhones, startDemoPhones } from "./demo-phones.ts";
import { demoWebhookUrl } from "./demo-webhook.ts";
import { followRename } from "./embedded-home.ts";
import { lendPhones, pushPortOf } from "./lend-phones.ts";
import { portRule, readPort, whyNotPort } from "./ports.ts";
import { aborted, launch } from "./programs.ts";
import { type Stack, startStack } from "./stack.ts";
import { holdFolder, setAside } from "./state-folder.ts";

const stateDir = ".pocketsoc/demo";
const phonesFile = join(stateDir, "phones.json");

const text = (stack: Stack, phones: DemoPhones) => `
PocketSOC is running at ${stack.portalUrl}

Sign in as     admin@contoso.example    (Admin)
               analyst@contoso.example  (waits until the Admin lets them in: Settings > Team)

Settings > Vendor Configurations > Add Configuration:
  Vendor           Defender for Cloud
  Display Name     Azure Production
  Auth Type        Delegated (sign in as the Admin once more), or OAuth with the secret below
  Tenant ID        ${contoso}
  Subscription ID  ${subscriptions.production}
                   (also ${subscriptions.development}, ${subscriptions.shared})
  Application ID   ${apiApp.clientId}
  Client Secret    ${apiApp.secret}

In Azure the Admin and analyst@ may change alerts, viewer@ and reader@ may see those of the first subscription,
outsider@ and newcomer@ may see none.

The template of Option A is deployed in the first subscription: its High and Medium alerts come by webhook within
a second, and are kept as unclaimed until you have added the configuration (Settings > Deliveries).

A new alert, while this runs:  npm run demo:alert -- --severity High
                               (also --count 20 --every 500 for twenty, one each half second)

What reaches a phone or a mailbox:  ${phones.pageUrl}/
  Ana Admin and Ben Analyst have a "Demo phone" each as soon as they are in the team. It stands in for Apple's, Google's
  and Mozilla's push services and for a mail server: none of them is reached. Where this machine reaches the push
  service of your own browser, Settings > Notifications works with that as well.

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
  await using started = new AsyncDisposableStack();
  const begin = () => startDemo(started, portalPort, ending);
  const { stack, phones } = await begin().catch((error: unknown) => {
    if (!(error instanceof RefusedDatabase)) throw error;
    const version = error.kind === "first-version" ? "before 0.2.0" : "another version";
    const aside = setAside(stateDir, `${stateDir}-${version.replaceAll(" ", "-")}`);
    followRename(join(stateDir, "postgres"), join(aside, "postgres"));
    console.log(`The demo's state was from ${version}. It is kept in ${aside}, and the demo begins anew.`);
    return begin();
  });
  if (stack.controlUrl) {
    noteControl(stateDir, stack.controlUrl);
    const webhookUrl = await demoWebhookUrl(stack.env);
    await deployAutomation(stack.controlUrl, { webhookUrl, subscriptionId: subscriptions.production });
  }
  console.log(text(stack, phones));
  await lendPhones(stack.env, phones, phonesFile, ending.signal);
  await aborted(ending.signal);
}

/** Stack and phones, which end with `started`; when one of them can't start, none is left. */
async function startDemo(
  started: AsyncDisposableStack,
  portalPort: number,
  ending: AbortController,
): Promise<{ stack: Stack; phones: DemoPhones }> {
  await using attempt = new AsyncDisposableStack();
  const phones = await startDemoPhones({
    emulatorDir: join(stateDir, "emulator"),
    pushPort: await pushPortOf(phonesFile),
    portalUrl: `http://localhost:${portalPort}`,
  });
  attempt.defer(() => phones.stop());
  const { pushPort, smtpPort } = phones;
  const stack = await startStack({ stateDir, portalPort, control: true, pushPort, smtpPort, ending });
  attempt.defer(() => stack.stop());
  started.use(attempt.move());
  return { stack, phones };
}

await launch(runDemo);
