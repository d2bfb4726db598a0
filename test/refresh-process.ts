import { once } from "node:events";
import { getEnv } from "#lib/platform/env.ts";
import { inOrganisation } from "#db/client.ts";
import { getConfiguration } from "#db/queries/sources/configurations.ts";
import { getAccount } from "#db/queries/sources/accounts.ts";
import { personCredential } from "#lib/sources/accounts/tokens.ts";
import { openServices } from "#lib/core/open.ts";
import { openVendors } from "#lib/vendors/offer.ts";
import { registry } from "#lib/vendors/registry.ts";
import { sourceOf, vendorIo, vendorOf } from "#lib/core/vendors.ts";

// A separate process that uses a person's token when it is told to, as workers and webs do. It prints "ready", and later how many
// alerts it listed with the token.
const [organisationId = "", configurationId = "", userId = ""] = process.argv.slice(2);
const { services, handle } = openServices(
  { ...getEnv(), vendors: openVendors(registry, process.env) },
  "test-refresh",
);
const { found, account } = await inOrganisation(services.db, organisationId, async (tx) => ({
  found: await getConfiguration(tx, organisationId, configurationId),
  account: await getAccount(tx, organisationId, configurationId, userId),
}));
if (!found || !account) throw new Error("nothing to refresh");
const io = vendorIo(services, found.configuration, AbortSignal.timeout(60_000));
const credential = personCredential(services, account, found);
process.stdout.write("ready\n");
await once(process.stdin, "data");
process.stdin.pause();
const { configuration } = found;
const source = sourceOf(services, configuration, credential);
const page = await vendorOf(services, configuration).list(source, null, io);
process.stdout.write(`${page.alerts.length}\n`);
await handle.close();
