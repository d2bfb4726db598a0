import { afterAll, beforeAll, expect, it } from "vitest";
import { listAudit } from "#lib/core/audit/list.ts";
import type { Context } from "#lib/core/context.ts";
import { formValues, startTestStack, type TestStack } from "#test/stack.ts";
import { all, save, signal } from "#test/steps.ts";
import { editConfiguration } from "./change.ts";
import { getVendorConfiguration } from "./get.ts";
import { listVendorConfigurations } from "./list.ts";
import { replaceSecret } from "./replace-secret.ts";
import { listVisibleConfigurations } from "./list-visible.ts";

let stack: TestStack;
let admin: Context;
let id: string;
beforeAll(async () => {
  stack = await startTestStack();
  admin = await stack.asMember("admin");
  id = await save(admin, { ...formValues, environment: "test", notifyAbout: ["low", "high"] });
});
afterAll(() => stack.stop());

const edit = { displayName: formValues.displayName, pollIntervalSeconds: 60, secretExpiresOn: "" };
const chosen = async () => {
  const { environment, notifyAbout } = await getVendorConfiguration(admin, id);
  return { environment, notifyAbout };
};
const lastEdit = async () => {
  const { entries } = await listAudit(admin, { action: "configuration.changed" });
  return entries[0]?.detail;
};

it("stores the environment and the severities that an admin chose, shows them, and audits them", async () => {
  expect(await chosen()).toEqual({ environment: "test", notifyAbout: ["high", "low"] });
  expect(await listVisibleConfigurations(admin)).toMatchObject([
    { id, environment: "test", notifyAbout: ["high", "low"] },
  ]);
  const { entries } = await listAudit(admin, { action: "configuration.created" });
  expect(entries[0]?.detail).toMatchObject({ environment: "test", notifyAbout: ["high", "low"] });
});

it("audits what an edit changed of them, with the values before, and leaves alone what it doesn't name", async () => {
  await editConfiguration(admin, id, { ...edit, environment: "production", notifyAbout: [] });
  expect(await chosen()).toEqual({ environment: "production", notifyAbout: [] });
  expect(await lastEdit()).toMatchObject({
    environment: "production",
    environmentBefore: "test",
    notifyAbout: [],
    notifyAboutBefore: ["high", "low"],
  });
  await editConfiguration(admin, id, { ...edit, notifyAbout: ["medium"] });
  expect(await lastEdit()).not.toHaveProperty("environmentBefore");
  // a page that was opened before an update sends neither
  await editConfiguration(admin, id, edit);
  expect(await chosen()).toEqual({ environment: "production", notifyAbout: ["medium"] });
  const detail = await lastEdit();
  for (const name of ["environment", "environmentBefore", "notifyAbout", "notifyAboutBefore"])
    expect(detail).not.toHaveProperty(name);
});

it("keeps the settings that an admin's older page doesn't send", async () => {
  await editConfiguration(admin, id, { displayName: "Renamed by one" });
  await editConfiguration(admin, id, { pollIntervalSeconds: 120 });
  expect(await getVendorConfiguration(admin, id)).toMatchObject({
    displayName: "Renamed by one",
    pollIntervalSeconds: 120,
  });
  await expect(editConfiguration(admin, id, { displayName: "" })).rejects.toMatchObject({ code: "invalid" });
  await editConfiguration(admin, id, edit);
});

const lacking = async () => ({
  page: (await getVendorConfiguration(admin, id)).credential.lacksExpiry,
  list: (await listVendorConfigurations(admin)).map(({ lacksExpiry }) => lacksExpiry),
});

it("a secret lacks its expiry date until an admin enters it, and again after a replacement without one", async () => {
  const { id: credentialId } = (await getVendorConfiguration(admin, id)).credential;
  await editConfiguration(admin, id, { ...edit, secretExpiresOn: "2031-01-01" });
  expect(await lacking()).toEqual({ page: false, list: [false] });
  const { secretExpiresOn: _unasked, ...unasked } = edit;
  await editConfiguration(admin, id, unasked);
  expect((await getVendorConfiguration(admin, id)).credential.secretExpiresOn).toBe("2031-01-01");
  const secret = "R7x8Q~demo-secret-value-for-pocketsoc-0002";
  expect((await all(replaceSecret(admin, credentialId, { secret }, signal))).at(-1)).toMatchObject({
    type: "replaced",
  });
  expect(await lacking()).toEqual({ page: true, list: [true] });
  await editConfiguration(admin, id, { ...edit, secretExpiresOn: "2031-01-01" });
  await editConfiguration(admin, id, edit);
  expect(await lacking()).toEqual({ page: true, list: [true] });
});
