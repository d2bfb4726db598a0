import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { type PushService, startPushService } from "#test/push-service.ts";
import { openEgress } from "./egress.ts";
import { createWebPushSender, newVapidKeys } from "./web-push-sender.ts";

const message = { payload: '{"a":1}', ttlSeconds: 60, urgency: "high", topic: "abc" } as const;
const vapid = { subject: "mailto:soc@contoso.com", ...newVapidKeys() };
const direct = openEgress(null);
let push: PushService;
beforeAll(async () => {
  push = await startPushService();
});
beforeEach(() => {
  push.received.length = 0;
});
afterAll(() => push.stop());

it("sends an encrypted message with the headers of RFC 8030", async () => {
  expect(await createWebPushSender(direct)(push.subscribe(), message, vapid)).toEqual({
    outcome: "accepted",
  });
  expect(push.received).toMatchObject([
    { payload: { a: 1 }, ttl: "60", urgency: "high", topic: "abc", claims: { sub: vapid.subject } },
  ]);
});

it("reuses a token for six hours, for the same key and push service", async () => {
  let at = Date.now();
  const send = createWebPushSender(direct, () => at);
  const other = await startPushService();
  const tokenAt = async (service: PushService, key = vapid) => {
    expect(await send(service.subscribe(), message, key)).toEqual({ outcome: "accepted" });
    return service.received.at(-1)?.token;
  };
  const first = await tokenAt(push);
  at += 5 * 3_600_000;
  expect(await tokenAt(push)).toBe(first);
  // the stand-in refuses a token of another push service or another key
  expect(await tokenAt(other)).not.toBe(first);
  expect(await tokenAt(push, { ...vapid, ...newVapidKeys() })).not.toBe(first);
  at += 2 * 3_600_000;
  expect(await tokenAt(push)).not.toBe(first);
  await other.stop();
});

it.each([
  [404, undefined, { outcome: "gone", status: 404 }],
  [410, undefined, { outcome: "gone", status: 410 }],
  [401, undefined, { outcome: "refused", status: 401 }],
  [403, undefined, { outcome: "refused", status: 403 }],
  [413, undefined, { outcome: "too_large", status: 413 }],
  [400, undefined, { outcome: "rejected", status: 400 }],
  [408, undefined, { outcome: "later", status: 408, retryAfterMs: null }],
  [429, "120", { outcome: "later", status: 429, retryAfterMs: 120_000 }],
  [503, undefined, { outcome: "later", status: 503, retryAfterMs: null }],
  [500, "soon", { outcome: "later", status: 500, retryAfterMs: null }],
  [429, "999999999", { outcome: "later", status: 429, retryAfterMs: 3_600_000 }],
  [429, "Thu, 01 Jan 1970 00:00:00 GMT", { outcome: "later", status: 429, retryAfterMs: 0 }],
])("reads status %i with Retry-After %s as %j", async (status, retryAfter, answer) => {
  const target = push.subscribe();
  push.answer(target.path, status, retryAfter === undefined ? {} : { "retry-after": retryAfter });
  expect(await createWebPushSender(direct)(target, message, vapid)).toEqual(answer);
});

it("follows no redirect, and answers later when the service can't be reached", async () => {
  const send = createWebPushSender(direct);
  const moved = push.subscribe();
  push.answer(moved.path, 307, { location: `https://${push.host}/elsewhere` });
  expect(await send(moved, message, vapid)).toEqual({ outcome: "rejected", status: 307 });
  const ended = await startPushService();
  const target = ended.subscribe();
  expect(await send(target, message, vapid)).toEqual({ outcome: "accepted" });
  await ended.stop();
  expect(await send(target, message, vapid)).toEqual({
    outcome: "later",
    status: null,
    retryAfterMs: null,
    proxy: null,
  });
});

it("sends on a new connection when the kept one has closed", async () => {
  const send = createWebPushSender(direct);
  const target = push.subscribe();
  expect(await send(target, message, vapid)).toEqual({ outcome: "accepted" });
  push.hangUp();
  expect(await send(target, message, vapid)).toEqual({ outcome: "accepted" });
  expect(push.received).toHaveLength(2);
});

it("sends nothing to a browser whose key isn't a point of the curve, and says that another attempt is useless", async () => {
  const target = push.subscribe();
  const bytes = Buffer.from(target.keys.p256dh, "base64url");
  bytes[64] = (bytes[64] ?? 0) ^ 1;
  const broken = { ...target, keys: { ...target.keys, p256dh: bytes.toString("base64url") } };
  expect(await createWebPushSender(direct)(broken, message, vapid)).toEqual({ outcome: "unencryptable" });
  expect(push.received).toEqual([]);
});
