import { join } from "node:path";
import { RefusedDatabase } from "#db/migration-state.ts";
import { apiApp, contoso, subscriptions } from "../emulator/azure/directory.ts";
import { deployAutomation, writeControlUrl } from "./demo-azure.ts";
import { type DemoPhones, startDemoPhones } from "./demo-phones.ts";
import { demoWebhookUrl } from "./demo-webhook.ts";
import { followRename } from "./embedded-home.ts";
import { lendPhones, pushPortOf } from "./lend-phones.ts";
import { aborted } from "./programs.ts";
import { type Stack, startStack } from "./stack.ts";
import { type DemoName, setAside, stateDirOf } from "./state-folder.ts";

const text = (options: Options, stack: Stack, phones: DemoPhones) => `
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

A new alert, while this runs:  npm run ${options.name}:alert -- --severity High
                               (also --count 20 --every 500 for twenty, one each half second)

What reaches a phone or a mailbox:  ${phones.pageUrl}/
  Ana Admin and Ben Analyst have a "Demo phone" each as soon as they are in the team. It stands in for Apple's, Google's
  and Mozilla's push services and for a mail server: none of them is reached. Where this machine reaches the push
  service of your own browser, Settings > Notifications works with that as well.

${options.hint}Azure is an emulator here; its state and the database stay in ${stateDirOf(options.name)}/. Ctrl-C stops everything.
`;

type Options = {
  name: DemoName;
  portalPort: number;
  /** whether the programs run from the sources and restart when these change; otherwise the built portal runs */
  followsSources: boolean;
  /** a paragraph for the end of the printed text, with the blank line before it; may be empty */
  hint: string;
  ending: AbortController;
};

/**
 * Runs the stack and the stand-ins for phones and mailboxes until `ending` aborts or a program ends. Prints where to look
 * and what to type. The caller must have locked the state folder.
 */
export async function runDemoStack(options: Options): Promise<void> {
  const { ending } = options;
  const stateDir = stateDirOf(options.name);
  await using started = new AsyncDisposableStack();
  const begin = () => startPhonesAndStack(options, started);
  const { stack, phones } = await begin().catch((error: unknown) => {
    if (!(error instanceof RefusedDatabase)) throw error;
    const version = error.kind === "first-version" ? "before 0.2.0" : "another version";
    const aside = setAside(stateDir, `${stateDir}-${version.replaceAll(" ", "-")}`);
    followRename(join(stateDir, "postgres"), join(aside, "postgres"));
    console.log(
      `The demo's state was from ${version}. It is kept in ${aside}, and the demo begins with a new one.`,
    );
    return begin();
  });
  if (stack.controlUrl) {
    writeControlUrl(stateDir, stack.controlUrl);
    const webhookUrl = await demoWebhookUrl(stack.env);
    await deployAutomation(stack.controlUrl, { webhookUrl, subscriptionId: subscriptions.production });
  }
  console.log(text(options, stack, phones));
  await lendPhones(stack.env, phones, phonesFileOf(options), ending.signal);
  await aborted(ending.signal);
}

const phonesFileOf = ({ name }: Options) => join(stateDirOf(name), "phones.json");

/** Starts the stack and the phones. Both end when `started` is disposed. If one of them can't start, the other is stopped. */
async function startPhonesAndStack(
  options: Options,
  started: AsyncDisposableStack,
): Promise<{ stack: Stack; phones: DemoPhones }> {
  const { name, portalPort, followsSources, ending } = options;
  const stateDir = stateDirOf(name);
  await using attempt = new AsyncDisposableStack();
  const phones = await startDemoPhones({
    emulatorDir: join(stateDir, "emulator"),
    pushPort: await pushPortOf(phonesFileOf(options)),
    portalUrl: `http://localhost:${portalPort}`,
  });
  attempt.defer(() => phones.stop());
  const { pushPort, smtpPort } = phones;
  const stack = await startStack({
    ...{ stateDir, portalPort, pushPort, smtpPort, followsSources, ending },
    control: true,
  });
  attempt.defer(() => stack.stop());
  started.use(attempt.move());
  return { stack, phones };
}
