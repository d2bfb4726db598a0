import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { inOrganisation } from "#db/client.ts";
import type { Vendor } from "#lib/vendors/contract.ts";
import { development, formValues, startTestStack, type TestStack } from "#test/stack.ts";
import { all, save, signal } from "#test/steps.ts";
import type { Context } from "#lib/core/context.ts";
import { saveConfiguration } from "./save.ts";

let stack: TestStack;
let admin: Context;
let credentialId: string;
/** an authority of another operator, which counts what is sent to it */
const other = createServer((_request, response) => {
  sent += 1;
  response.end();
});
let sent = 0;

beforeAll(async () => {
  stack = await startTestStack();
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  admin = await stack.asMember("admin");
  await save(admin, formValues);
  const [row] = await inOrganisation(stack.services.db, admin.actor.organisationId, (tx) =>
    tx.execute<{ id: string }>("select id from credentials"),
  );
  credentialId = row?.id ?? "";
});
afterAll(async () => {
  await stack.stop();
  other.close();
});

const otherHost = () => `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
/** Saves a configuration of a second vendor that shares the first vendor's credential and authority. */
async function shareWith(change: (vendor: Vendor) => Partial<Vendor>) {
  const before = stack.services.vendors;
  const first = before.get(formValues.vendor);
  const changed = { ...first, ...change(first) };
  const second: Vendor = { ...changed, manifest: { ...changed.manifest, id: "second" } };
  stack.services.vendors = {
    all: [first, second],
    get: (id) => (id === "second" ? second : first),
  };
  const values = { ...formValues, vendor: "second", credentialId, subscriptionIds: development };
  try {
    return await all(saveConfiguration(admin, values, { saveAsDisabled: false, signal }));
  } finally {
    stack.services.vendors = before;
  }
}
const withAuthorityHost = ({ manifest }: Vendor, authorityHost: string) => ({
  manifest: {
    ...manifest,
    clouds: manifest.clouds.map((cloud) => ({
      ...cloud,
      endpoints: { ...cloud.endpoints, authorityHost },
    })),
  },
});

it("a secret isn't sent to another vendor's host, although both name the cloud alike", async () => {
  const shared = shareWith((vendor) => withAuthorityHost(vendor, otherHost()));
  await expect(shared).rejects.toMatchObject({ code: "invalid", fields: { cloud: expect.any(String) } });
  expect(sent).toBe(0);
});

it("a secret isn't shared with a vendor of which nothing says where it goes", async () => {
  const shared = shareWith(({ can: { signIn: _signIn, ...can } }) => ({ can }));
  await expect(shared).rejects.toMatchObject({ code: "invalid" });
});

it("vendors whose authority is at the same host share a secret", async () => {
  expect((await shareWith(() => ({}))).at(-1)).toMatchObject({ type: "saved" });
});
