import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Role } from "#lib/domain/roles.ts";
import { formValues, production, startTestStack, type TestStack } from "#test/stack.ts";
import { connect, people, saveDelegated } from "#test/sign-in.ts";
import { feed, pollNow, save, sendDue, signal } from "#test/steps.ts";
import { setConfigurationDisabled } from "../configurations/change.ts";
import { listVendorConfigurations } from "../configurations/list.ts";
import { listVisibleConfigurations } from "../configurations/list-visible.ts";
import { listVendorAlerts } from "../configurations/vendor-alerts.ts";
import type { Context } from "#lib/core/context.ts";
import { acknowledgeDetections } from "#lib/triage/acknowledge.ts";
import { getDetection } from "#lib/triage/get.ts";
import { setDetectionStatus } from "#lib/triage/set-status.ts";
import { getFeedSummary } from "#lib/triage/summary.ts";

type LoggedRequest = { method: string; host: string; path: string; status: number; principal: string };

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(() => stack.stop());

const roles = async (objectId: string, names: string[]) =>
  stack.control("POST", "/roles", { principal: objectId, subscriptionId: production, roles: names });
const writes = async () =>
  ((await stack.control("GET", "/requests")) as LoggedRequest[]).filter(
    ({ host, method }) => host === "arm" && method === "POST",
  );

/** Creates a team of one admin and three analysts. */
async function team() {
  const admin = await stack.asMember("admin");
  const { organisationId } = admin.actor;
  const as = (role: Role) => stack.asMember(role, organisationId);
  return { admin, changer: await as("analyst"), reader: await as("analyst"), outsider: await as("analyst") };
}

/**
 * Tries everything that a person can do with one configuration and its detection. Returns the outcome of each attempt.
 */
async function tryAll(ctx: Context, detectionId: string, configurationId: string) {
  // a script with the person's API token sees what the person sees
  const token = { id: configurationId, name: "script", permissions: ["detections.read"] as const };
  const script = { ...ctx, actor: { ...ctx.actor, token } } as Context;
  const codeOf = (error: { code?: string }) => error.code;
  const proxied = await listVendorAlerts(script, configurationId, null, signal).then(() => "alerts", codeOf);
  const api = (await feed(script)).items.length > 0 && proxied === "alerts" ? "alerts" : proxied;
  const visible = (await listVisibleConfigurations(script)).find(({ id }) => id === configurationId);
  const page = await feed(ctx);
  const counted = Object.values(page.counts.configuration).reduce((sum, count) => sum + count, 0);
  const read = await getDetection(ctx, detectionId).then(({ status }) => status, codeOf);
  const [acknowledged] = await acknowledgeDetections(ctx, [detectionId]);
  const [asked] = await setDetectionStatus(ctx, {
    items: [{ id: detectionId, expected: "active" }],
    to: "in_progress",
    note: "Looked at it.",
  });
  await sendDue(stack.services);
  const after = await getDetection(ctx, detectionId).then(
    ({ status, syncState }) => `${status} ${syncState}`,
    () => null,
  );
  return {
    api,
    access: visible?.access ?? "none",
    listed: page.items.length > 0,
    counted: counted > 0,
    read,
    acknowledge: acknowledged?.outcome,
    change: asked?.outcome === "refused" ? asked.code : asked?.outcome,
    after,
  };
}

beforeEach(async () => {
  await stack.control("POST", "/reset");
  await roles(people.ana, ["SecurityAdmin"]);
  await roles(people.ben, ["SecurityAdmin"]);
  await roles(people.vera, ["SecurityReader"]);
  await roles(people.nils, []);
  await stack.services.db.execute("delete from poll_targets");
});

describe("a delegated configuration", () => {
  it("shows each person what Azure lets them see, and sends changes as their own account", async () => {
    const { admin, changer, reader, outsider } = await team();
    const id = await saveDelegated(admin, formValues, people.ana);
    expect(await pollNow(stack.services)).toMatchObject({ outcome: "read" });
    const detectionId = (await feed(admin, { status: "active" })).items[0]?.id ?? "";

    const nothing = {
      api: "not_found",
      access: "not_connected",
      listed: false,
      counted: false,
      read: "not_found",
      acknowledge: "not_found",
      change: "not_found",
      after: null,
    };
    expect(await tryAll(changer, detectionId, id)).toEqual(nothing);
    expect(await connect(outsider, id, people.nils)).toMatchObject({
      type: "failed",
      message: expect.stringMatching(/Your Azure account may not read/),
    });
    expect(await tryAll(outsider, detectionId, id)).toEqual(nothing);

    expect(await connect(reader, id, people.vera)).toMatchObject({ type: "connected" });
    expect(await tryAll(reader, detectionId, id)).toEqual({
      api: "alerts",
      access: "granted",
      listed: true,
      counted: true,
      read: "active",
      acknowledge: "acknowledged",
      change: "held",
      after: "active failed",
    });
    expect((await getDetection(reader, detectionId)).stateSentence).toMatch(
      /your account may read alerts but not change them/,
    );

    expect(await connect(changer, id, people.ben)).toMatchObject({ type: "connected" });
    await stack.control("DELETE", "/requests");
    expect(await tryAll(changer, detectionId, id)).toEqual({
      api: "alerts",
      access: "granted",
      listed: true,
      counted: true,
      read: "active",
      acknowledge: "already",
      change: "held",
      after: "in_progress confirmed",
    });
    expect((await writes()).map(({ principal, status }) => [principal, status])).toEqual([[people.ben, 204]]);
    const [confirmed] = (await getDetection(changer, detectionId)).timeline;
    expect(confirmed?.text).toMatch(/Azure confirmed In Progress, changed as analyst@contoso.example/);
    expect(await listVendorConfigurations(outsider).catch((error: { code: string }) => error.code)).toBe(
      "forbidden",
    );
  });
});

describe("a configuration that an admin disabled", () => {
  const noticesFor = async (ctx: Context) =>
    (await getFeedSummary(ctx)).disabled.map(({ readable }) => readable);

  it("shows in the feed of everyone who may know of it, and of nobody else", async () => {
    const { admin, changer, reader, outsider } = await team();
    const id = await saveDelegated(admin, formValues, people.ana);
    await connect(reader, id, people.vera);
    await connect(outsider, id, people.nils);
    expect(await noticesFor(admin)).toEqual([]);
    // to a person Azure refuses, the configuration doesn't exist
    await roles(people.vera, []);
    await expect(listVendorAlerts(reader, id, null, signal)).rejects.toMatchObject({ code: "not_found" });
    await setConfigurationDisabled(admin, id, true);
    const { disabled } = await getFeedSummary(admin);
    expect(disabled).toEqual([
      { id, displayName: formValues.displayName, readable: true, since: expect.any(String) },
    ]);
    expect(await noticesFor(changer)).toEqual([false]);
    expect(await noticesFor(reader)).toEqual([]);

    // its alerts disappear once Azure's last confirmation is too old; the notice stays
    const { now } = stack.services;
    stack.services.now = () => new Date(now().getTime() + 100 * 3_600_000);
    expect((await feed(admin)).items).toEqual([]);
    expect(await noticesFor(admin)).toEqual([false]);
    stack.services.now = now;
    await setConfigurationDisabled(admin, id, false);
    expect(await noticesFor(admin)).toEqual([]);
  });
});

describe("a configuration that the application reads and people write", () => {
  it("shows everyone everything, and lets only connected accounts change alerts", async () => {
    const { admin, changer, reader, outsider } = await team();
    const id = await save(admin, { ...formValues, writeAs: "person" });
    expect(await pollNow(stack.services)).toMatchObject({ outcome: "read" });
    const detectionId = (await feed(admin, { status: "active" })).items[0]?.id ?? "";
    expect(await tryAll(outsider, detectionId, id)).toEqual({
      api: "alerts",
      access: "granted",
      listed: true,
      counted: true,
      read: "active",
      acknowledge: "acknowledged",
      change: "not_allowed",
      after: "active idle",
    });
    expect(await connect(reader, id, people.vera)).toMatchObject({ type: "connected" });
    expect(await tryAll(reader, detectionId, id)).toMatchObject({ change: "held", after: "active failed" });
    expect(await connect(changer, id, people.ben)).toMatchObject({ type: "connected" });
    await stack.control("DELETE", "/requests");
    expect(await tryAll(changer, detectionId, id)).toMatchObject({
      change: "held",
      after: "in_progress confirmed",
    });
    expect((await writes()).map(({ principal }) => principal)).toEqual([people.ben]);
    // the application still reads
    await pollNow(stack.services);
    const reads = ((await stack.control("GET", "/requests")) as LoggedRequest[]).filter(({ path }) =>
      /\/alerts\?/.test(path),
    );
    expect(new Set(reads.map(({ principal }) => principal))).toEqual(new Set([formValues.applicationId]));
  });
});

describe("a configuration that the application reads and writes", () => {
  it("shows everyone everything, and sends changes as the application", async () => {
    const { admin, outsider } = await team();
    const id = await save(admin, formValues);
    expect(await pollNow(stack.services)).toMatchObject({ outcome: "read" });
    const detectionId = (await feed(admin, { status: "active" })).items[0]?.id ?? "";
    await stack.control("DELETE", "/requests");
    expect(await tryAll(outsider, detectionId, id)).toMatchObject({
      change: "held",
      after: "in_progress confirmed",
    });
    expect((await writes()).map(({ principal }) => principal)).toEqual([formValues.applicationId]);
  });
});

describe("two organisations on one subscription", () => {
  it("see the same alerts, and nothing of each other's triage", async () => {
    const [first, second] = [await stack.asMember("admin"), await stack.asMember("admin")];
    const titles = async (ctx: Context) => (await feed(ctx)).items.map(({ title }) => title).toSorted();
    await saveDelegated(first, formValues, people.ana);
    await pollNow(stack.services);
    await stack.services.db.execute("delete from poll_targets");
    await save(second, formValues);
    await pollNow(stack.services);
    expect(await titles(second)).toEqual(await titles(first));
    const active = async (ctx: Context) => {
      const [item] = (await feed(ctx, { status: "active" })).items;
      if (!item) throw new Error("nothing is active");
      return item;
    };
    const { id, title } = await active(first);
    await acknowledgeDetections(first, [id]);
    const note = "Only the first team reads this.";
    await setDetectionStatus(first, { items: [{ id, expected: "active" }], to: "resolved", note });
    await sendDue(stack.services);
    expect(await getDetection(first, id)).toMatchObject({ status: "resolved", syncState: "confirmed" });
    await pollNow(stack.services);
    // the vendor's status is shared; who decided it here, and why, belongs to the team
    const theirs = (await feed(second)).items.find(
      (item) => item.title === title && item.status === "resolved",
    );
    expect(theirs).toMatchObject({ acknowledgedBy: null, syncState: "idle" });
    const detail = await getDetection(second, theirs?.id);
    expect(JSON.stringify(detail)).not.toMatch(/Only the first team|changed as|Acknowledged/);
    expect(detail.timeline.map(({ text }) => text)[0]).toMatch(/Status changed in Azure: Active → Resolved/);
    expect((await acknowledgeDetections(second, [id]))[0]).toMatchObject({ outcome: "not_found" });
  });
});
