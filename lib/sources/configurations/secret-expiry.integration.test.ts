import { afterAll, beforeEach, expect, it } from "vitest";
import { inOrganisation } from "#db/client.ts";
import { formValues, startTestStack } from "#test/stack.ts";
import { all, save, signal } from "#test/steps.ts";
import type { Context } from "#lib/core/context.ts";
import { editConfiguration } from "./change.ts";
import { getVendorConfiguration } from "./get.ts";
import { replaceSecret } from "./replace-secret.ts";
import { saveConfiguration } from "./save.ts";

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

const dayFromNow = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

it("can't be a day that has passed, for a new configuration and for a new secret", async () => {
  const past = {
    type: "invalid",
    message: "Fix 1 field to continue.",
    fields: { secretExpiresOn: expect.stringContaining("This day has passed.") },
  };
  const values = { ...formValues, secretExpiresOn: dayFromNow(-5) };
  const events = await all(saveConfiguration(admin, values, { saveAsDisabled: true, signal }));
  expect(events).toEqual([{ ...past, existingId: null }]);
  const id = await save(admin, { ...formValues, secretExpiresOn: dayFromNow(5) });
  const { credential } = await getVendorConfiguration(admin, id);
  const next = "Nxt8Q~another-secret-value-for-pocketsoc-0010";
  await setSecret(next, {});
  const input = { secret: next, secretExpiresOn: dayFromNow(-2) };
  expect(await all(replaceSecret(admin, credential.id, input, signal))).toEqual([past]);
  expect(await expiryOf(id)).toBe(dayFromNow(5));
});

it("can't be changed to a day after which Azure has accepted the secret", async () => {
  const id = await save(admin, { ...formValues, secretExpiresOn: dayFromNow(5) });
  const edit = (secretExpiresOn: string) =>
    editConfiguration(admin, id, { displayName: "Azure", pollIntervalSeconds: 60, secretExpiresOn });
  // nothing was read yet: it may be true
  await edit(dayFromNow(-9));
  await inOrganisation(stack.services.db, admin.actor.organisationId, (tx) =>
    tx.execute("update configurations set last_good_sync_at = now()"),
  );
  await expect(edit(dayFromNow(-8))).rejects.toMatchObject({
    fields: {
      secretExpiresOn: "Azure has accepted this secret since that day. Enter the day on which it expires.",
    },
  });
  // the day that stands doesn't keep anybody from changing the rest
  await edit(dayFromNow(-9));
  expect((await getVendorConfiguration(admin, id)).credential.expiry).toMatchObject({
    level: "doubtful",
    text: "should have expired 9 days ago",
  });
  await edit(dayFromNow(90));
  expect((await getVendorConfiguration(admin, id)).credential.expiry).toBeNull();
});
