import { putConfigurations } from "#test/parents.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inOrganisation } from "#db/client.ts";
import { deleteMembership, putMembership } from "#db/queries/identity/people.ts";
import { leasePolls } from "#lib/ingest/poll.ts";
import { newId } from "#lib/platform/ids.ts";
import { development, formValues, startTestStack, type TestStack } from "#test/stack.ts";
import { all, makeDue, poll, save, signal } from "#test/steps.ts";
import type { Context } from "#lib/core/context.ts";
import { abandonRun } from "./abandon.ts";
import { requestSync } from "./change.ts";
import { listVendorConfigurations } from "./list.ts";
import { replaceSecret } from "./replace-secret.ts";
import { saveConfiguration } from "./save.ts";

const secondSecret = { secret: "R7x8Q~demo-secret-value-for-pocketsoc-0002", secretExpiresOn: "" };
let stack: TestStack;
let admin: Context;
beforeAll(async () => {
  stack = await startTestStack();
  admin = await stack.asMember("admin");
});
afterAll(() => stack.stop());

/** Runs a save until its checks have passed, runs `meanwhile`, and returns the error with which the save ends. */
async function refusalOf(
  run: AsyncGenerator<{ type: string }, void, void>,
  meanwhile: () => Promise<unknown>,
): Promise<unknown> {
  for (;;) {
    const { value, done } = await run.next();
    if (done) throw new Error("the run ended before it was verified");
    if (value.type === "verified") break;
  }
  await meanwhile();
  return run.next().then(
    () => null,
    (error: unknown) => error,
  );
}
const adminId = () => (admin.actor.kind === "user" ? admin.actor.userId : "");
const leaveTeam = () =>
  inOrganisation(stack.services.db, admin.actor.organisationId, (tx) =>
    deleteMembership(tx, admin.actor.organisationId, adminId()),
  );
const rejoinTeam = () =>
  inOrganisation(stack.services.db, admin.actor.organisationId, (tx) =>
    putMembership(tx, admin.actor.organisationId, adminId(), "admin"),
  );

describe("a check before saving", () => {
  it("saves nothing once its page was left or its admin was removed", async () => {
    const runId = newId();
    const run = () => saveConfiguration(admin, formValues, { saveAsDisabled: false, signal, runId });
    expect(await refusalOf(run(), () => abandonRun(admin, runId))).toMatchObject({
      code: "conflict",
      message: expect.stringContaining("The page was left"),
    });
    const other = saveConfiguration(admin, formValues, { saveAsDisabled: false, signal, runId: newId() });
    expect(await refusalOf(other, leaveTeam)).toMatchObject({ code: "forbidden" });
    await rejoinTeam();
    expect(await listVendorConfigurations(admin)).toEqual([]);
    await save(admin, formValues);
    expect(await listVendorConfigurations(admin)).toHaveLength(1);
  });

  it("saves nothing when the shared credential's secret was replaced meanwhile", async () => {
    const [standing] = await listVendorConfigurations(admin);
    const credentialId = standing?.credentialId ?? "";
    const values = { ...formValues, displayName: "Shared", subscriptionIds: development, credentialId };
    const run = saveConfiguration(admin, values, { saveAsDisabled: false, signal });
    const refused = await refusalOf(run, () => all(replaceSecret(admin, credentialId, secondSecret, signal)));
    expect(refused).toMatchObject({ code: "conflict", message: expect.stringContaining("was replaced") });
    expect(await listVendorConfigurations(admin)).toHaveLength(1);
  });
});

describe("Replace", () => {
  it("changes nothing once its page was left, or when another configuration began to share the credential meanwhile", async () => {
    const [standing] = await listVendorConfigurations(admin);
    const credentialId = standing?.credentialId ?? "";
    const back = { ...secondSecret, secret: formValues.clientSecret };
    const runId = newId();
    const left = replaceSecret(admin, credentialId, back, signal, runId);
    expect(await refusalOf(left, () => abandonRun(admin, runId))).toMatchObject({ code: "conflict" });
    const joined = { ...formValues, displayName: "Joined", subscriptionIds: development, credentialId };
    const run = replaceSecret(admin, credentialId, back, signal);
    expect(await refusalOf(run, () => save(admin, joined))).toMatchObject({
      code: "conflict",
      message: expect.stringContaining("began to use this credential"),
    });
    expect((await all(replaceSecret(admin, credentialId, back, signal))).at(-1)).toMatchObject({
      type: "replaced",
    });
  });
});

describe("Refresh", () => {
  it("never polls sooner than the vendor allows", async () => {
    const ids = (await listVendorConfigurations(admin)).map(({ id }) => id);
    const dueInSeconds = async () => {
      const rows = await stack.services.db.execute<{ due_in: number }>(
        "select extract(epoch from due_at - now())::float8 as due_in from poll_targets order by due_at",
      );
      return rows.map((row) => row.due_in);
    };
    await stack.control("POST", "/faults", { target: "list", kind: "429", retryAfterSeconds: 600, times: 1 });
    await makeDue(stack.services);
    await stack.services.db.execute(
      `update poll_targets set due_at = now() + interval '1 hour' where configuration_id <> '${ids[0]}'`,
    );
    expect(await poll(stack.services)).toMatchObject({ outcome: "failed" });
    await requestSync(admin, [ids[0]]);
    expect((await dueInSeconds())[0]).toBeGreaterThan(590);
    // the database's clock was ahead when the last poll ended
    await stack.services.db.execute(
      `update poll_targets set due_at = now() + interval '10 days', not_before = now() + interval '10 days' where configuration_id = '${ids[0]}'`,
    );
    await requestSync(admin, [ids[0]]);
    expect((await dueInSeconds())[0]).toBeLessThanOrEqual(0);
  });
});

describe("leasing polls for many organisations", () => {
  it("leaves slots to the others when one organisation has many due", async () => {
    const { db } = stack.services;
    await db.execute("delete from poll_targets");
    const busy = newId();
    const quiet = newId();
    for (const [organisation, count] of [
      [busy, 50],
      [quiet, 1],
    ] as const) {
      const ids = Array.from({ length: count }, newId);
      await putConfigurations(db, organisation, ids);
      await db.execute(`insert into poll_targets (configuration_id, organisation_id, due_at)
        select id, '${organisation}', now() - place * interval '1 second'
        from unnest('{${ids.join()}}'::uuid[]) with ordinality as t (id, place)`);
    }
    const leases = await leasePolls(stack.services, 24);
    const leasedFor = (id: string) => leases.filter((lease) => lease.organisationId === id).length;
    expect([leasedFor(busy), leasedFor(quiet)]).toEqual([3, 1]);
    expect(await leasePolls(stack.services, 24)).toEqual([]);
  });
});
