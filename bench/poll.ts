import { inOrganisation } from "#db/client.ts";
import { putMembership, upsertUser } from "#db/queries/identity/people.ts";
import { newId } from "#lib/platform/ids.ts";
import { getEnv } from "#lib/platform/env.ts";
import { saveConfiguration } from "#lib/sources/configurations/save.ts";
import type { Context } from "#lib/core/context.ts";
import { leasePolls, pollConfiguration } from "#lib/ingest/poll.ts";
import { openServices } from "#lib/core/open.ts";
import { openVendors } from "#lib/vendors/offer.ts";
import { registry } from "#lib/vendors/registry.ts";
import { createOrganisation } from "#lib/identity/organisations/create.ts";
import { formValues, production } from "#test/form.ts";

const [controlUrl = ""] = process.argv.slice(2);
const alerts = 5_000;
const env = getEnv();
const { services, handle } = openServices(
  { ...env, vendors: openVendors(registry, process.env) },
  "bench-poll",
);
services.log = () => {};
const signal = new AbortController().signal;

const post = async (path: string, body: object) => {
  const response = await fetch(`${controlUrl}${path}`, { method: "POST", body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
};
await post("/settings", { pageSize: 100 });
await post("/alerts", { subscriptionId: production, count: alerts });

const organisationId = await createOrganisation(services, {
  name: "Poll",
  directoryId: env.signIn.directoryId,
  firstAdmin: null,
});
const user = await upsertUser(services.db, {
  id: newId(),
  directoryId: env.signIn.directoryId,
  objectId: newId(),
  signInName: "poll@contoso.example",
  displayName: "Poll",
  at: new Date(),
});
await inOrganisation(services.db, organisationId, (tx) =>
  putMembership(tx, organisationId, user.id, "admin"),
);
const ctx: Context = {
  services,
  actor: { kind: "user", userId: user.id, name: "Poll", role: "admin", organisationId },
};
for await (const event of saveConfiguration(ctx, formValues, { saveAsDisabled: false, signal })) {
  if (event.type === "failed" || event.type === "invalid") throw new Error(event.message);
}
for (let turn = 1; turn <= 6; turn++) {
  // due by the schedule: after a request, a configuration waits some seconds
  await services.db.execute("update poll_targets set due_at = now() - interval '1 second'");
  const [lease] = await leasePolls(services, 1);
  if (!lease) throw new Error("nothing was due");
  const started = performance.now();
  const { tally } = await pollConfiguration(services, lease, signal);
  const seconds = ((performance.now() - started) / 1000).toFixed(2);
  global.gc?.();
  const { rss, heapUsed } = process.memoryUsage();
  const mib = (bytes: number) => `${(bytes / 1024 / 1024).toFixed(0)} MiB`;
  console.log(
    `poll ${turn}: read ${tally.read}, added ${tally.added}, changed ${tally.changed} in ${seconds} s; heap ${mib(heapUsed)}, RSS ${mib(rss)}`,
  );
}
await handle.close();
