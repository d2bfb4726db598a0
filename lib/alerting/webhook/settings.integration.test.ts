import { Webhook } from "standardwebhooks";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { inOrganisation } from "#db/client.ts";
import { newId } from "#lib/platform/ids.ts";
import { startOutgoing } from "#test/outgoing.ts";
import { postDue, signal } from "#test/steps.ts";
import { listAudit } from "#lib/core/audit/list.ts";
import { cleanUpOld } from "#programs/worker/clean-up.ts";
import { changeOutgoingWebhook } from "./change.ts";
import { createOutgoingWebhook } from "./create.ts";
import { getOutgoingWebhook } from "./get.ts";
import { listOutgoingDeliveries } from "./list-deliveries.ts";
import { rotateOutgoingSecret } from "./rotate-secret.ts";
import { sendOutgoingAgain } from "./send-again.ts";
import { testOutgoingWebhook } from "./send-test.ts";

const started = await startOutgoing();
const { stack, receiver, clock, admin, settings, secret, outcomes, verified, audited } = started;
const { services } = stack;
beforeEach(started.reset);
afterAll(started.stop);

describe("the signing secret", () => {
  it("is shown once, and signs for 24 hours beside a new one", async () => {
    expect(secret.value).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const { secret: next } = await rotateOutgoingSecret(admin);
    expect(next).not.toBe(secret.value);
    await testOutgoingWebhook(admin);
    await postDue(services);
    expect(verified(0, secret.value)).toEqual(verified(0, next));
    const view = await getOutgoingWebhook(admin);
    expect(view).toMatchObject({ secretHint: next.slice(0, 10), earlierSecretUntil: expect.any(String) });
    expect(JSON.stringify([view, await listAudit(admin, {}), stack.logged])).not.toContain(next.slice(10));
    clock.laterMs = 86_401_000;
    expect(await getOutgoingWebhook(admin)).toMatchObject({ earlierSecretUntil: null });
    await testOutgoingWebhook(admin);
    await postDue(services);
    const [, last] = receiver.received;
    if (!last) throw new Error("nothing came");
    const { headers, body } = last;
    const at = new Date(Number(headers["webhook-timestamp"]) * 1_000);
    expect(headers["webhook-signature"]).toBe(
      new Webhook(next).sign(String(headers["webhook-id"]), at, body),
    );
  });

  it("that the keyring can't open prevents posting, and the problem is shown", async () => {
    await testOutgoingWebhook(admin);
    await inOrganisation(services.db, admin.actor.organisationId, (tx) =>
      tx.execute("update outgoing_webhooks set secret_sealed = 'x', address_sealed = 'x'"),
    );
    await postDue(services);
    expect(await outcomes()).toMatchObject([
      { state: "failed", problem: expect.stringContaining("POCKETSOC_ENCRYPTION_KEYS") },
    ]);
    expect(await getOutgoingWebhook(admin)).toMatchObject({ address: null, host: receiver.host });
    await changeOutgoingWebhook(admin, settings());
    secret.value = (await rotateOutgoingSecret(admin)).secret;
    await testOutgoingWebhook(admin);
    await postDue(services);
    expect(verified().type).toBe("test");
  });
});

describe("Settings", () => {
  it("hold one outgoing webhook for each organisation, and the audit log contains no secret of it", async () => {
    await expect(createOutgoingWebhook(admin, settings())).rejects.toMatchObject({ code: "conflict" });
    await changeOutgoingWebhook(admin, { ...settings(), isOn: false });
    expect(await audited("changed")).toMatchObject({
      detail: { host: receiver.host, isOn: false, addressChanged: false },
    });
    expect(JSON.stringify(await listAudit(admin, {}))).not.toContain("key=theirs");
  });

  it("that an admin's older page doesn't send stay, and the webhook can be switched off at any address", async () => {
    await changeOutgoingWebhook(admin, { isOn: false });
    await changeOutgoingWebhook(admin, { severities: ["low"] });
    const { address } = settings();
    expect(await getOutgoingWebhook(admin)).toMatchObject({ address, severities: ["low"], isOn: false });
    await changeOutgoingWebhook(admin, settings());
    const { moreHosts } = services.outgoing;
    services.outgoing.moreHosts = [];
    try {
      await expect(changeOutgoingWebhook(admin, { address })).rejects.toMatchObject({ code: "invalid" });
      await changeOutgoingWebhook(admin, { isOn: false });
      expect(await getOutgoingWebhook(admin)).toMatchObject({ address, isOn: false });
    } finally {
      services.outgoing.moreHosts = moreHosts;
    }
  });

  it("are for admins only", async () => {
    const analyst = await stack.asMember("analyst", admin.actor.organisationId);
    for (const work of [
      () => getOutgoingWebhook(analyst),
      () => listOutgoingDeliveries(analyst),
      () => createOutgoingWebhook(analyst, settings()),
      () => changeOutgoingWebhook(analyst, settings()),
      () => rotateOutgoingSecret(analyst),
      () => testOutgoingWebhook(analyst),
      () => sendOutgoingAgain(analyst, newId()),
    ])
      await expect(work()).rejects.toMatchObject({ code: "forbidden" });
  });

  it("and events aren't visible to other organisations", async () => {
    await testOutgoingWebhook(admin);
    const other = await stack.asMember("admin");
    expect(await getOutgoingWebhook(other)).toBeNull();
    expect(await listOutgoingDeliveries(other)).toEqual([]);
    for (const work of [
      () => changeOutgoingWebhook(other, settings()),
      () => rotateOutgoingSecret(other),
      () => testOutgoingWebhook(other),
    ])
      await expect(work()).rejects.toMatchObject({ code: "not_found" });
  });

  it("keep events for 30 days", async () => {
    await testOutgoingWebhook(admin);
    await postDue(services);
    clock.laterMs = 29 * 86_400_000;
    await cleanUpOld(services, signal);
    expect(await outcomes()).toHaveLength(1);
    clock.laterMs = 31 * 86_400_000;
    await cleanUpOld(services, signal);
    expect(await outcomes()).toEqual([]);
  });
});
