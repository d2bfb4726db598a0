import { parseArgs } from "node:util";
import { replaceVapidKey } from "#lib/alerting/delivery/vapid-keys.ts";
import { getKeyNeeds, keyringValueWords, type KeyNeed } from "#lib/alerting/keys.ts";
import { openTool } from "./tool.ts";

const { values } = parseArgs({ options: { "new-push-key": { type: "boolean", default: false } } });
const { services, close } = await openTool("pocketsoc-keys");
if (values["new-push-key"]) {
  await replaceVapidKey(services);
  console.log(
    "Created another key for notifications. Every device gets notifications again once its person has opened the portal there.",
  );
}
const { keyIds, needs } = await getKeyNeeds(services);
const wordsOf = (found: KeyNeed[]) =>
  found.map(({ kind, count }) => `${keyringValueWords[kind]} (${count})`).join(", ");
for (const [index, id] of keyIds.entries()) {
  const found = needs.filter(({ keyId }) => keyId === id);
  if (index === 0)
    console.log(`${id}: seals everything new. It is needed for ${wordsOf(found) || "nothing yet"}.`);
  else if (found.length === 0)
    console.log(`${id}: nothing needs it. Take it out of POCKETSOC_ENCRYPTION_KEYS and restart the portal.`);
  else
    console.log(
      `${id}: still needed for ${wordsOf(found)}. The worker reseals them when it starts and every hour; leave the key in until then.`,
    );
}
const missing = needs.filter(({ keyId }) => keyId === null);
if (missing.length > 0) {
  console.error(
    `A key that isn't in POCKETSOC_ENCRYPTION_KEYS is needed for ${wordsOf(missing)}. Put it back at the end of the list and restart the portal.`,
  );
  if (missing.some(({ kind }) => kind === "vapid-private-key"))
    console.error(
      "If the key is lost: npm run keys -- --new-push-key creates another key for notifications, and every device has to allow them again.",
    );
  process.exitCode = 1;
}
await close();
