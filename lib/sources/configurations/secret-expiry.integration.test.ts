import { afterAll, beforeEach, expect, it } from "vitest";
import { formValues, startTestStack } from "#test/stack.ts";
import { all, save, signal } from "#test/steps.ts";
import type { Context } from "#lib/core/context.ts";
import { getVendorConfiguration } from "./get.ts";
import { replaceSecret } from "./replace-secret.ts";

const stack = await startTestStack();
afterAll(() => stack.stop());
let admin: Context;
beforeEach(async () => {
  await stack.control("POST", "/reset");
  admin = await stack.asMember("admin");
});

const clientId = formValues.applicationId;
const own = formValues.clientSecret;
const setSecret = (value: string, more: object) =>
  stack.control("POST", "/apps/secrets", { clientId, value, ...more });
const allow = () => stack.control("POST", "/apps/graph", { clientId, mayRead: true });
const expiryOf = async (id: string) => (await getVendorConfiguration(admin, id)).credential.secretExpiresOn;
const savedExpiry = async (values: object = {}) => expiryOf(await save(admin, { ...formValues, ...values }));

it("is read from Graph if nobody typed it and the application may read its registration", async () => {
  await setSecret(own, { endsAt: "2031-05-06T23:30:00Z" });
  await allow();
  const id = await save(admin, formValues);
  expect(await expiryOf(id)).toBe("2031-05-06");
  const next = "Nxt8Q~another-secret-value-for-pocketsoc-0009";
  await setSecret(next, { endsAt: "2032-01-02T00:00:00Z" });
  const { credential } = await getVendorConfiguration(admin, id);
  const events = await all(
    replaceSecret(admin, credential.id, { secret: next, secretExpiresOn: "" }, signal),
  );
  expect(events.at(-1)).toMatchObject({ type: "replaced" });
  expect(await expiryOf(id)).toBe("2032-01-02");
});

it("is what the person typed, whatever Graph says", async () => {
  await setSecret(own, { endsAt: "2031-05-06T00:00:00Z" });
  await allow();
  expect(await savedExpiry({ secretExpiresOn: "2030-01-01" })).toBe("2030-01-01");
});

it("stays unknown if two valid secrets begin alike, and is found beside an expired one", async () => {
  await setSecret(own, { endsAt: "2031-05-06T00:00:00Z" });
  await allow();
  await setSecret(`${own.slice(0, 3)}-other`, { endsAt: "2020-01-01T00:00:00Z" });
  expect(await savedExpiry()).toBe("2031-05-06");
  admin = await stack.asMember("admin");
  await setSecret(`${own.slice(0, 3)}-third`, { endsAt: "2033-01-01T00:00:00Z" });
  expect(await savedExpiry()).toBeNull();
});

it.each([
  ["the application may not read it", null],
  ["Graph is down", { target: "graph", kind: "500" }],
  ["Graph's answer isn't JSON", { target: "graph", kind: "html-200" }],
  ["the connection breaks", { target: "graph", kind: "reset" }],
])("stays unknown, and the configuration is saved all the same, if %s", async (_what, fault) => {
  await setSecret(own, { endsAt: "2031-05-06T00:00:00Z" });
  if (fault) {
    await allow();
    await stack.control("POST", "/faults", fault);
  }
  expect(await savedExpiry()).toBeNull();
});
