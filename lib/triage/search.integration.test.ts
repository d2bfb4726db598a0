import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FeedQuery } from "#lib/schemas/detections.ts";
import { formValues, startTestStack, type TestStack } from "#test/stack.ts";
import { saveConfiguration } from "#lib/sources/configurations/save.ts";
import type { Context } from "#lib/core/context.ts";
import { listDetections } from "./list.ts";
import { leasePolls, pollConfiguration } from "#lib/ingest/poll.ts";

const signal = new AbortController().signal;
let stack: TestStack;
let admin: Context;

beforeAll(async () => {
  stack = await startTestStack();
  admin = await stack.asMember("admin");
  await stack.control("POST", "/alerts", {
    subscriptionId: formValues.subscriptionIds,
    count: 130,
    properties: { alertDisplayName: "Common words 100% _here_", status: "Active" },
  });
  for await (const _event of saveConfiguration(admin, formValues, { saveAsDisabled: false, signal }));
  const [lease] = await leasePolls(stack.services, 10);
  if (!lease) throw new Error("nothing is due");
  await pollConfiguration(stack.services, lease, signal);
}, 60_000);
afterAll(() => stack.stop());

async function allPages(query: object) {
  const found: { id: string; at: string }[] = [];
  let cursor: string | null = null;
  do {
    const page = await listDetections(admin, FeedQuery.parse({ view: "all", ...query }), cursor);
    found.push(...page.items.map((item) => ({ id: item.id, at: item.occurredAt })));
    cursor = page.nextCursor;
  } while (cursor);
  return found;
}

describe("text search", () => {
  it("pages through a common word without a gap or a repeat, newest first", async () => {
    const found = await allPages({ q: "COMMON words" });
    expect(found).toHaveLength(130);
    expect(new Set(found.map(({ id }) => id)).size).toBe(130);
    expect(found.map(({ at }) => at)).toEqual(
      found
        .map(({ at }) => at)
        .toSorted()
        .toReversed(),
    );
  });
  it("treats % and _ as ordinary characters, and applies the other filters too", async () => {
    expect(await allPages({ q: "100% _here_" })).toHaveLength(130);
    expect(await allPages({ q: "100%here" })).toHaveLength(0);
    expect(await allPages({ q: "common words", status: "resolved" })).toHaveLength(0);
  });
});
