import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { inOrganisation } from "#db/client.ts";
import { startTestStack, type TestStack } from "#test/stack.ts";
import { checkKeyring } from "./keyring-check.ts";
import { sealAt } from "./sealing.ts";

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(() => stack.stop());

const withKeyring = (keyring: TestStack["services"]["keyring"]) => ({ ...stack.services, keyring });
const otherKey = () => ({ id: "test", key: randomBytes(32) });

/** Creates an organisation with a data key. */
async function seal(services = stack.services): Promise<void> {
  const { actor } = await stack.asMember("admin");
  const { organisationId } = actor;
  await inOrganisation(services.db, organisationId, (tx) =>
    sealAt(services, tx, { purpose: "credential-secret", organisationId, rowId: organisationId }, "x"),
  );
}

it("a keyring that opens no data key is refused, even if its key has the same id", async () => {
  expect(await checkKeyring(withKeyring([otherKey()]))).toEqual({});
  await seal();
  await seal();
  expect(await checkKeyring(stack.services)).toEqual({});
  const { problem, note } = await checkKeyring(withKeyring([otherKey()]));
  expect(problem).toMatch(
    /^POCKETSOC_ENCRYPTION_KEYS opens none of the database's 2 data keys, .*Put back the key/,
  );
  expect(note).toBeUndefined();
});

it("a keyring after a rotation is accepted, and one that opens some of the data keys is noted", async () => {
  const added = { ...otherKey(), id: "added" };
  expect(await checkKeyring(withKeyring([added, ...stack.services.keyring]))).toEqual({});
  await seal(withKeyring([added]));
  expect(await checkKeyring(stack.services)).toEqual({
    note: expect.stringMatching(/^POCKETSOC_ENCRYPTION_KEYS doesn't open 1 of the database's 3 data keys\./),
  });
});
