import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { Json } from "#lib/domain/detection.ts";
import { isStorable } from "#lib/domain/json.ts";
import { type TargetStatus, targetStatuses, type Transitions } from "#lib/domain/status.ts";
import { configurationInput } from "#lib/schemas/configuration.ts";
import type { Vendor, VendorSource } from "#lib/vendors/contract.ts";
import { openEgress } from "#lib/platform/egress.ts";
import type { VendorIo } from "#lib/vendors/io.ts";
import { openVendors } from "#lib/vendors/offer.ts";
import { VendorError } from "#lib/vendors/problem.ts";
import { problemFaults } from "../problem-faults.ts";
import { all } from "../steps.ts";
import { hurry } from "../time.ts";
import { byId } from "./all.ts";
import type { Fault, StandIn } from "./fixture.ts";

const faults: Fault[] = ["401", "403", "404", "429", "500", "503", "html", "truncated", "silence"];
/**
 * Returns the values that a problem's `passes` may have after a fault: false after a refusal, either value after a 401,
 * because a vendor may try another token, and true after all other faults.
 */
const mayPass = (fault: Fault): boolean[] => {
  if (fault === "401") return [true, false];
  return [!["403", "404"].includes(fault)];
};

/** Returns the statuses to request in turn so that an alert's status changes from `from` to `to`. */
function pathBetween(transitions: Transitions, from: TargetStatus, to: TargetStatus): TargetStatus[] {
  const paths: TargetStatus[][] = [[from]];
  for (const path of paths) {
    const end = path.at(-1) ?? from;
    if (end === to) return path.slice(1);
    paths.push(...transitions[end].filter((next) => !path.includes(next)).map((next) => [...path, next]));
  }
  throw new Error(`no path leads from ${from} to ${to}`);
}

describe.each(byId)("calls of %s", (_id, fixture) => {
  let standIn: StandIn;
  let vendor: Vendor;
  let source: VendorSource;
  /** an alert from the vendor, and the alert's ref */
  let listed: { value: Json; ref: Json };
  const logged: string[] = [];
  const ioWith = (signal: AbortSignal): VendorIo => ({
    now: () => new Date(),
    signal,
    egress: openEgress(null),
    log: (event, detail) => logged.push(JSON.stringify([event, detail])),
    take: async () => {},
  });
  const io = ioWith(new AbortController().signal);

  beforeAll(async () => {
    standIn = await fixture.startStandIn();
    vendor = openVendors([fixture.vendor], standIn.environment).get(fixture.vendor.manifest.id);
    const input = configurationInput(vendor.manifest).parse(fixture.form);
    const connection = vendor.connection.parse(input.connection);
    const [cloud] = vendor.manifest.clouds;
    const [scopeId] = input.scopeIds;
    if (!cloud || !scopeId) throw new Error("nothing to ask for");
    source = { credential: standIn.credential, scopeId, connection, cloud };
    await standIn.add();
    listed = await firstActive();
  });
  beforeEach(hurry);
  afterEach(async () => {
    vi.restoreAllMocks();
    await standIn.mend();
  });
  afterAll(() => standIn.stop());

  async function firstActive() {
    for await (const page of vendor.read(source, null, io))
      for (const { value, text } of page.alerts) {
        const result = vendor.normalise(value);
        expect(JSON.parse(text)).toEqual(value);
        if (result.ok && result.ref && result.detection.status === "active")
          return { value, ref: result.ref };
      }
    throw new Error("no active alert is listed");
  }
  const reread = async (ref: Json) => {
    const value = (await vendor.can.reread?.(source, ref, io)) ?? null;
    const result = vendor.normalise(value);
    if (!result.ok) throw new Error(result.reason);
    return { value, detection: result.detection };
  };
  /** Returns the calls to the vendor, by name. A fault must make each of them fail. */
  const calls = (): Record<string, (with_: VendorIo) => Promise<unknown>> => {
    const { update, samples, rules, webhook, reread: again } = vendor.can;
    const possible: Record<string, ((with_: VendorIo) => Promise<unknown>) | undefined> = {
      list: (with_) => vendor.list(source, null, with_),
      read: (with_) => all(vendor.read(source, null, with_)),
      reread: again && ((with_) => again(source, listed.ref, with_)),
      update: update && ((with_) => update.send(source, listed.ref, { status: "in_progress" }, with_)),
      samples: samples && ((with_) => samples(source, with_)),
      rules: rules && ((with_) => rules(source, with_)),
      knows: webhook && ((with_) => webhook.knows(source, listed.ref, with_)),
    };
    return Object.fromEntries(
      Object.entries(possible).flatMap(([name, call]) => (call ? [[name, call]] : [])),
    );
  };

  it("return the same alerts by list and by read, each with a ref that finds it again", async () => {
    const read = (await all(vendor.read(source, null, io))).flatMap(({ alerts }) => alerts);
    const pages = [];
    for (let next: Json | null = null, count = 0; count < 100; count++) {
      const page = await vendor.list(source, next && (JSON.parse(JSON.stringify(next)) as Json), io);
      pages.push(...page.alerts);
      next = page.next;
      if (next === null) break;
    }
    const prints = (alerts: typeof read) => alerts.map(({ value }) => vendor.fingerprint(value)).toSorted();
    expect(read.length).toBeGreaterThan(0);
    expect(prints(pages)).toEqual(prints(read));
    const ref = vendor.ref.parse(JSON.parse(JSON.stringify(listed.ref)));
    expect(vendor.fingerprint((await reread(ref)).value)).toBe(vendor.fingerprint(listed.value));
  });

  it("continue from a cursor with every alert added since", async () => {
    const first = await all(vendor.read(source, null, io));
    const cursor = first.at(-1)?.cursor ?? null;
    expect(first.at(-1)?.whole).toBe(true);
    expect(first.filter((page) => !isStorable(page.cursor, 4_096))).toEqual([]);
    const known = new Set(
      first.flatMap(({ alerts }) => alerts.map(({ value }) => vendor.fingerprint(value))),
    );
    await standIn.add();
    const later = await all(vendor.read(source, JSON.parse(JSON.stringify(cursor)) as Json, io));
    const newAlerts = later
      .flatMap(({ alerts }) => alerts)
      .filter(({ value }) => !known.has(vendor.fingerprint(value)));
    expect(newAlerts).toHaveLength(1);
  });

  it.runIf(fixture.vendor.can.update?.fields.includes("status"))(
    "change a status along every transition, and the reread alert shows it",
    async () => {
      const { update } = vendor.can;
      const { transitions } = vendor.manifest;
      const { ref } = await firstActive();
      let at: TargetStatus = "active";
      const changeTo = async (to: TargetStatus) => {
        await update?.send(source, ref, { status: to }, io);
        const { value, detection } = await reread(ref);
        expect([`${at} ${to}`, detection.status]).toEqual([`${at} ${to}`, to]);
        expect(update?.shows?.(value, { status: to }) ?? true).toBe(true);
        at = to;
      };
      for (const from of targetStatuses)
        for (const to of transitions[from]) {
          for (const step of pathBetween(transitions, at, from)) await changeTo(step);
          await changeTo(to);
        }
    },
  );

  it("verify a configuration step by step", async () => {
    const steps = await all(vendor.verify(source, io));
    expect(steps.map(({ outcome }) => outcome)).not.toContain("failed");
    expect(new Set(steps.map(({ id }) => id)).size).toBe(steps.length);
    const facts = Object.assign({}, ...steps.map((step) => step.facts)) as { [name: string]: Json };
    expect(JSON.parse(JSON.stringify(facts))).toEqual(facts);
    // a vendor may not tell the scope's name
    expect(["string", "undefined"]).toContain(typeof facts.scopeName);
    const wrong = { ...standIn.credential, secret: "pk_wrong-CANARY" } as VendorSource["credential"];
    const refused = await all(vendor.verify({ ...source, credential: wrong }, io));
    expect(refused.at(-1)).toMatchObject({ outcome: "failed", problem: { passes: false } });
    expect(JSON.stringify(refused)).not.toContain("CANARY");
  });

  it.each(faults)(
    "that fail by %s throw a problem that a person can act on, without a secret",
    async (fault) => {
      for (const [name, call] of Object.entries(calls())) {
        await standIn.fail(fault);
        const error: unknown = await call(io).catch((thrown: unknown) => thrown);
        await standIn.mend();
        expect([name, error instanceof VendorError]).toEqual([name, true]);
        const { problem, message, stack } = error as VendorError;
        expect([name, ...problemFaults(problem, vendor.manifest)]).toEqual([name]);
        expect(mayPass(fault)).toContain(problem.passes);
        expect(JSON.stringify([problem, message, stack])).not.toContain(fixture.secret);
      }
      await standIn.fail(fault);
      const steps = await all(vendor.verify(source, io));
      expect(steps.at(-1)?.outcome).toBe("failed");
      expect(mayPass(fault)).toContain(steps.at(-1)?.problem?.passes);
      expect(JSON.stringify(steps)).not.toContain(fixture.secret);
      expect(logged.join("\n")).not.toContain(fixture.secret);
    },
  );

  it("that are throttled say how long to wait", async () => {
    await standIn.fail("429");
    const error = await vendor.list(source, null, io).catch((thrown: unknown) => thrown as VendorError);
    expect(error).toMatchObject({ problem: { concerns: "vendor", retryAfterMs: 7_000 } });
  });

  it("end when their signal aborts, whatever they wait for", async () => {
    vi.restoreAllMocks();
    await standIn.fail("silence");
    for (const [name, call] of Object.entries(calls())) {
      const ending = new AbortController();
      const began = performance.now();
      setTimeout(() => ending.abort(new Error("told to end")), 50);
      await expect(call(ioWith(ending.signal))).rejects.toBeInstanceOf(Error);
      expect([name, performance.now() - began < 5_000]).toEqual([name, true]);
    }
  });
});
