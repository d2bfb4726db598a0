import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { inOrganisation } from "#db/client.ts";
import { getConfiguration } from "#db/queries/sources/configurations.ts";
import type { Context } from "#lib/core/context.ts";
import { leasePolls, pollConfiguration } from "#lib/ingest/poll.ts";
import { checkConfiguration } from "#lib/sources/configurations/check.ts";
import { getVendorConfiguration } from "#lib/sources/configurations/get.ts";
import { saveConfiguration } from "#lib/sources/configurations/save.ts";
import { getDetection } from "#lib/triage/get.ts";
import { setDetectionStatus } from "#lib/triage/set-status.ts";
import { offerVendors } from "#lib/vendors/offer.ts";
import type { Vendor } from "#lib/vendors/contract.ts";
import { all, feed, makeDue, pollNow, save, sendDue, signal } from "../steps.ts";
import { hurry } from "../time.ts";
import { paperForm } from "./form.ts";
import { paperKeys } from "./service.ts";
import { startPaperStack } from "./stack.ts";

const { drawer } = paperForm;
let stack: Awaited<ReturnType<typeof startPaperStack>>;
let admin: Context;
let id: string;

beforeAll(async () => {
  stack = await startPaperStack();
  admin = await stack.asMember("admin");
  for (let number = 1; number <= 7; number++) stack.service.ledger.put({ drawer, number: `S-${number}` });
  id = await save(admin, { ...paperForm, drawer: "Ward/3F" });
});
beforeEach(async () => {
  hurry();
  await stack.rest();
});
afterEach(() => {
  vi.restoreAllMocks();
  stack.service.fail(null);
});
afterAll(() => stack.stop());

const cursor = () =>
  inOrganisation(stack.services.db, admin.actor.organisationId, async (tx) => {
    const found = await getConfiguration(tx, admin.actor.organisationId, id);
    return found?.configuration.pollCursor;
  });
const detectionOf = async (number: string) => {
  const [item] = (await feed(admin, { q: number })).items;
  if (!item) throw new Error(`${number} isn't here`);
  return getDetection(admin, item.id);
};
/** Creates a slip in the ledger and polls, so that the portal has its detection. */
async function slip(number: string, state = "open") {
  const written = stack.service.ledger.put({ drawer, number, headline: `Slip ${number}`, state });
  await stack.rest();
  await pollNow(stack.services);
  await stack.rest();
  return written;
}
const ask = async (number: string, to: string, note = "Looked at it.") => {
  const { id: detectionId, status } = await detectionOf(number);
  const [result] = await setDetectionStatus(admin, {
    items: [{ id: detectionId, expected: status }],
    to,
    note,
  });
  return result;
};
const callsFrom = (from: number) => stack.service.calls.slice(from).map(({ method }) => method);

describe("a configuration of the paper vendor", () => {
  it("was saved with its scope without capitals and its own values beside it", async () => {
    expect(await getVendorConfiguration(admin, id)).toMatchObject({
      scopeId: drawer,
      scopeName: `Drawer ${drawer}`,
      rights: "The application may change the status of alerts.",
      authLabel: "API key",
      readAs: "application",
      writeAs: "application",
    });
  });

  it.each([
    [{ apiKey: "pk_unknown" }, "failed", /doesn't know this key/],
    [{ drawer: "no/where" }, "failed", /no drawer of this name/],
    [{ apiKey: "sk_other" }, "invalid", /field/],
    [{ drawer: "WARD/3f" }, "invalid", /already reads drawer ward\/3f\. One drawer belongs to one/],
  ])("isn't saved with %j: %s", async (values, type, message) => {
    const given = { ...paperForm, drawer: "ward/4a", ...values };
    const events = await all(saveConfiguration(admin, given, { saveAsDisabled: false, signal }));
    expect(events.at(-1)).toMatchObject({ type, message: expect.stringMatching(message) });
    expect(JSON.stringify(events)).not.toContain(given.apiKey);
  });
});

describe("a poll from a cursor", () => {
  it("stops where the vendor takes no more calls, and goes on there", async () => {
    // two turns at once, and three pages
    expect(await pollNow(stack.services)).toMatchObject({ outcome: "failed", tally: { read: 6, added: 6 } });
    expect((await getVendorConfiguration(admin, id)).health).toMatchObject({
      state: "degraded",
      code: "throttled",
      reason: expect.stringContaining("Paper Ledger"),
    });
    expect(await cursor()).toBe("at-6");
    await stack.rest();
    expect(await pollNow(stack.services)).toMatchObject({ outcome: "read", tally: { read: 1, added: 1 } });
    expect((await getVendorConfiguration(admin, id)).health.state).toBe("healthy");
    expect(await pollNow(stack.services)).toMatchObject({ outcome: "read", tally: { read: 0, added: 0 } });
    expect(stack.service.calls.some(({ status }) => status === 429)).toBe(false);
  });

  it("reads a page again whose cursor was lost with the process, and adds nothing twice", async () => {
    const before = await cursor();
    for (const number of ["C-1", "C-2", "C-3", "C-4"]) stack.service.ledger.put({ drawer, number });
    // what is stored of a page is committed, and what comes then is not
    await stack.asOwner(`
      create function refuse() returns trigger language plpgsql as $$ begin raise 'the process died'; end $$;
      create trigger dies before update of poll_cursor on configurations for each row
        when (old.poll_cursor is distinct from new.poll_cursor) execute function refuse()`);
    try {
      expect(await pollNow(stack.services)).toMatchObject({ outcome: "failed", tally: { added: 3 } });
    } finally {
      await stack.asOwner("drop trigger dies on configurations; drop function refuse()");
    }
    expect(await cursor()).toBe(before);
    await stack.rest();
    expect(await pollNow(stack.services)).toMatchObject({
      outcome: "read",
      tally: { read: 4, added: 1, changed: 0 },
    });
    expect(await cursor()).not.toBe(before);
  });

  it("writes nothing more once its lease went to another worker", async () => {
    for (const number of ["L-1", "L-2", "L-3", "L-4"]) stack.service.ledger.put({ drawer, number });
    const before = await cursor();
    const vendors = stack.services.vendors;
    // another worker takes it over while the second page is on its way
    stack.services.vendors = withPages(vendors.get(paperForm.vendor), async (count) => {
      if (count === 2)
        await stack.services.db.execute("update poll_targets set lease_token = gen_random_uuid()");
    });
    try {
      expect(await pollNow(stack.services)).toMatchObject({ outcome: "lost", tally: { added: 3 } });
    } finally {
      stack.services.vendors = vendors;
    }
    const between = await cursor();
    expect(between).not.toBe(before);
    await stack.rest();
    await stack.services.db.execute("update poll_targets set leased_until = null");
    expect(await pollNow(stack.services)).toMatchObject({ outcome: "read", tally: { read: 1, added: 1 } });
  });

  it("brings what was changed at the ledger, and takes nothing for gone that it doesn't list", async () => {
    await slip("Moved");
    stack.service.ledger.put({ drawer, number: "Moved", state: "closed" });
    expect(await pollNow(stack.services)).toMatchObject({ outcome: "read", tally: { read: 1, changed: 1 } });
    expect(await detectionOf("Moved")).toMatchObject({ status: "resolved", copies: { unknown: false } });
    await stack.rest();
    await pollNow(stack.services);
    expect(await detectionOf("Slip Moved")).toMatchObject({ copies: { unknown: false }, writeBlock: null });
  });

  it.each([
    [401, "action_needed", "key_refused"],
    [429, "degraded", "throttled"],
    [500, "degraded", "server_error"],
    ["garbage", "degraded", "not_json"],
    ["truncated", "degraded", "network"],
    ["silence", "degraded", "timeout"],
  ] as const)(
    "that fails by %s leaves its cursor, and is put right by the next",
    async (fault, state, code) => {
      const before = await cursor();
      stack.service.ledger.put({ drawer, number: `F-${fault}` });
      stack.service.fail(fault);
      expect((await pollNow(stack.services)).outcome).toBe("failed");
      expect((await getVendorConfiguration(admin, id)).health).toMatchObject({ state, code });
      expect(await cursor()).toBe(before);
      stack.service.fail(null);
      await stack.rest();
      expect(await pollNow(stack.services)).toMatchObject({ outcome: "read", tally: { added: 1 } });
      expect((await getVendorConfiguration(admin, id)).health.state).toBe("healthy");
      const logged = stack.logged.join("\n");
      expect(logged).not.toContain("CANARY");
    },
  );

  it("isn't disturbed by a check of the configuration", async () => {
    const before = await cursor();
    const events = await all(checkConfiguration(admin, id, signal));
    expect(events.at(-1)).toEqual({ type: "checked" });
    expect(await cursor()).toBe(before);
  });
});

/** Wraps `vendor` so that its polls call `between` before each page. `count` is the page's number, from 1. */
function withPages(vendor: Vendor, between: (count: number) => Promise<void>) {
  const watched: Vendor = {
    ...vendor,
    read: async function* (source, from, io) {
      let count = 0;
      for await (const page of vendor.read(source, from, io)) {
        await between(++count);
        yield page;
      }
    },
  };
  return offerVendors([{ ...watched, settings: undefined } as Vendor], {}).vendors;
}

describe("a decision", () => {
  it("goes out as one call with status, verdict, owner and note, and counts once it was read back", async () => {
    await slip("D-1");
    const from = stack.service.calls.length;
    expect(await ask("D-1", "resolved", "It was the postman.")).toMatchObject({ outcome: "held" });
    expect(await sendDue(stack.services)).toBe(1);
    expect(callsFrom(from)).toEqual(["GET", "PATCH", "GET"]);
    expect(stack.service.ledger.get({ drawer, number: "D-1" })).toMatchObject({
      state: "closed",
      finding: "confirmed",
      holder: "Some admin",
      remarks: ["It was the postman."],
    });
    expect(await detectionOf("D-1")).toMatchObject({ status: "resolved", syncState: "confirmed" });
    // the poll that follows brings its own words for it, and no change of status
    await stack.rest();
    expect(await pollNow(stack.services)).toMatchObject({ tally: { read: 1, changed: 1 } });
    const { timeline, extendedProperties } = await detectionOf("D-1");
    expect(timeline.filter(({ where }) => where === "Paper Ledger").map(({ text }) => text)).toEqual([
      "Extended properties changed: 0 entries → 3 entries",
      "Paper Ledger confirmed Resolved",
    ]);
    expect(extendedProperties).toContainEqual({ name: "holder", value: { text: "Some admin", href: null } });
  });

  it("takes an earlier verdict back with Active", async () => {
    await slip("D-2");
    await ask("D-2", "resolved");
    await sendDue(stack.services);
    await stack.rest();
    await ask("D-2", "active");
    await sendDue(stack.services);
    expect(stack.service.ledger.get({ drawer, number: "D-2" })).toMatchObject({ state: "open", finding: "" });
  });

  it("can't ask for a status that the vendor doesn't have", async () => {
    await slip("D-3");
    expect(await ask("D-3", "dismissed", "No.")).toMatchObject({
      outcome: "refused",
      code: "not_allowed",
      message: expect.stringContaining("Paper Ledger doesn't take Active to Dismissed"),
    });
  });

  it("is written once though the ledger says that it failed", async () => {
    await slip("D-4");
    const from = stack.service.calls.length;
    await ask("D-4", "resolved", "Once.");
    stack.service.fail("late", "PATCH", 1);
    await sendDue(stack.services);
    expect(await detectionOf("D-4")).toMatchObject({ syncState: "sending" });
    await stack.rest();
    await stack.services.db.execute("update outbox set due_at = now()");
    await sendDue(stack.services);
    expect(callsFrom(from)).toEqual(["GET", "PATCH", "GET"]);
    expect(stack.service.ledger.get({ drawer, number: "D-4" })?.remarks).toEqual(["Once."]);
    expect(await detectionOf("D-4")).toMatchObject({ status: "resolved", syncState: "confirmed" });
  });

  it.each([
    ["deaf", "active", "Paper Ledger accepted the request, but the alert is still Active there."],
    ["half", "resolved", "Paper Ledger shows Resolved, but not everything that was set together with it."],
  ] as const)("that the ledger only half takes (%s) isn't confirmed", async (fault, status, sentence) => {
    await slip(`H-${fault}`);
    await ask(`H-${fault}`, "resolved");
    stack.service.fail(fault, "PATCH");
    const timer = setInterval(() => void stack.rest(), 50);
    await sendDue(stack.services).finally(() => clearInterval(timer));
    expect(await detectionOf(`H-${fault}`)).toMatchObject({
      status,
      syncState: "diverged",
      stateSentence: expect.stringContaining(sentence),
    });
  });

  it("is not sent over somebody else's", async () => {
    await slip("D-5");
    await ask("D-5", "resolved");
    stack.service.ledger.put({ drawer, number: "D-5", state: "working", holder: "Their own" });
    const from = stack.service.calls.length;
    await sendDue(stack.services);
    expect(callsFrom(from)).toEqual(["GET"]);
    expect(await detectionOf("D-5")).toMatchObject({ status: "in_progress", syncState: "diverged" });
  });

  it("about a slip that is gone says so", async () => {
    await slip("D-6");
    await ask("D-6", "resolved");
    stack.service.ledger.remove({ drawer, number: "D-6" });
    await sendDue(stack.services);
    expect(await detectionOf("D-6")).toMatchObject({
      syncState: "failed",
      stateSentence: expect.stringContaining("The ledger has this slip no more."),
    });
  });

  it("keeps its note here where the configuration says so", async () => {
    await stack.asOwner(`update configurations set connection = '{"remarks":"keep"}' where id = '${id}'`);
    await slip("D-7");
    await ask("D-7", "resolved", "Between us.");
    await sendDue(stack.services);
    await stack.asOwner(`update configurations set connection = '{"remarks":"send"}' where id = '${id}'`);
    expect(stack.service.ledger.get({ drawer, number: "D-7" })).toMatchObject({
      state: "closed",
      remarks: [],
    });
    const { timeline } = await detectionOf("D-7");
    expect(timeline.map(({ note }) => note)).toContain("Between us.");
  });

  it("is refused where the key may only read", async () => {
    const other = { ...paperForm, displayName: "Reads only", drawer: "ward/9", apiKey: paperKeys.read };
    const readOnly = await save(admin, other);
    expect((await getVendorConfiguration(admin, readOnly)).rights).toBe(
      "The application may only read alerts. To change their status, assign a key that may write on the drawer.",
    );
    stack.service.ledger.put({ drawer: other.drawer, number: "R-1", headline: "Only read" });
    await makeDue(stack.services);
    for (const lease of await leasePolls(stack.services, 10))
      await pollConfiguration(stack.services, lease, signal);
    expect(await ask("Only read", "resolved")).toMatchObject({ outcome: "held" });
    await sendDue(stack.services);
    expect(await detectionOf("Only read")).toMatchObject({
      status: "active",
      stateSentence: expect.stringContaining("this key may read slips but not write on them"),
    });
  });
});
