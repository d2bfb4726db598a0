import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { inOrganisation } from "#db/client.ts";
import type { Context } from "#lib/core/context.ts";
import { standInVendor } from "#lib/core/stand-in-vendor.ts";
import { formValues, startTestStack, type TestStack } from "#test/stack.ts";
import { feed, pollNow, save, sendDue, signal } from "#test/steps.ts";
import { getDetection } from "./get.ts";
import { leaseStatusChanges, sendStatusChange } from "./send-status.ts";
import { setDetectionStatus } from "./set-status.ts";

let stack: TestStack;
let admin: Context;
let configurationId: string;
let detectionId: string;
beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(() => stack.stop());

/** Leaves one decision waiting to be sent. */
beforeEach(async () => {
  await stack.services.db.execute("delete from poll_targets");
  await stack.control("POST", "/reset");
  admin = await stack.asMember("admin");
  configurationId = await save(admin, formValues);
  await pollNow(stack.services);
  const active = (await feed(admin)).items.find(({ status }) => status === "active");
  detectionId = active?.id ?? "";
  const items = [{ id: detectionId, expected: "active" }];
  await setDetectionStatus(admin, { items, to: "in_progress", note: "Looked at it." });
  await stack.control("DELETE", "/requests");
  stack.logged.length = 0;
});

/** Returns how the decision stands, how many wait to be sent, and the calls since it was made. */
async function standing() {
  const waiting = await inOrganisation(stack.services.db, admin.actor.organisationId, (tx) =>
    tx.execute("select 1 from outbox"),
  );
  const { status, pendingStatus, syncState, stateSentence } = await getDetection(admin, detectionId);
  const calls = await stack.control("GET", "/requests");
  return { status, pendingStatus, syncState, stateSentence, waiting: waiting.length, calls };
}
const failed = (reason: RegExp): object => ({
  status: "active",
  pendingStatus: null,
  syncState: "failed",
  stateSentence: expect.stringMatching(reason) as unknown,
  waiting: 0,
  calls: [],
});

describe("a decision whose stored values this version can't read ends as failed, without a call", () => {
  it.each(['"old"', "[]", "7", "true"])("a connection %s", async (connection) => {
    await stack.asOwner(
      `update configurations set connection = '${connection}' where id = '${configurationId}'`,
    );
    await sendDue(stack.services);
    expect(await standing()).toEqual(failed(/doesn't fit this version/));
  });

  it.each(["{}", '"x"', "[]", "5", '{"location": 5, "alertId": ["a"]}'])("a ref %s", async (ref) => {
    await stack.asOwner(
      `update detection_sources set ref = '${ref}' where configuration_id = '${configurationId}'`,
    );
    await sendDue(stack.services);
    expect(await standing()).toEqual(failed(/doesn't list the location/));
    expect(stack.logged.join("\n")).toContain("status.ref_unreadable");
  });
});

it("a decision that can't even be begun is tried a limited number of times", async () => {
  const { vendors } = stack.services;
  const ref = z.custom<never>(() => {
    throw new Error("broken");
  });
  const broken = { ...standInVendor("defender-for-cloud"), ref };
  stack.services.vendors = { all: [broken], get: () => broken };
  try {
    for (let attempt = 1; attempt < 10; attempt++) {
      const [lease] = await leaseStatusChanges(stack.services, 1);
      if (!lease) throw new Error("nothing was due");
      await expect(sendStatusChange(stack.services, lease, signal)).rejects.toThrow("broken");
      await stack.asOwner("update outbox set leased_until = null, due_at = now()");
    }
    await sendDue(stack.services);
  } finally {
    stack.services.vendors = vendors;
  }
  expect(await standing()).toEqual(failed(/error in PocketSOC.*tried 10 times/));
});
