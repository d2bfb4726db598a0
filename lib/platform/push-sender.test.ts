import { expect, it } from "vitest";
import { answerOf } from "./push-sender.ts";
import { isVapidSubject } from "./vapid-subject.ts";

it.each([
  [404, undefined, { outcome: "gone", status: 404 }],
  [410, undefined, { outcome: "gone", status: 410 }],
  [401, undefined, { outcome: "refused", status: 401 }],
  [403, undefined, { outcome: "refused", status: 403 }],
  [413, undefined, { outcome: "too_large", status: 413 }],
  [400, undefined, { outcome: "rejected", status: 400 }],
  [429, "120", { outcome: "later", status: 429, retryAfterMs: 120_000 }],
  [503, undefined, { outcome: "later", status: 503, retryAfterMs: null }],
  [500, "soon", { outcome: "later", status: 500, retryAfterMs: null }],
  [429, "999999999", { outcome: "later", status: 429, retryAfterMs: 3_600_000 }],
  [429, "Thu, 01 Jan 1970 00:00:00 GMT", { outcome: "later", status: 429, retryAfterMs: 0 }],
])("%i with Retry-After %s is %j", (status, retryAfter, answer) => {
  expect(answerOf(status, retryAfter)).toEqual(answer);
});

it.each(["mailto:soc@contoso.com", "https://soc.contoso.com", "https://soc.contoso.com/contact"])(
  "%s is a subject that push services take",
  (text) => {
    expect(isVapidSubject(text)).toBe(true);
  },
);

it.each([
  "",
  "soc@contoso.com",
  "mailto:soc@localhost",
  "mailto:soc@soc.local",
  "mailto:soc@contoso.example",
  "http://soc.contoso.com",
  "https://localhost:3000",
  "https://10.0.0.1",
  "https://[::1]",
  "https://portal",
  "https://me@soc.contoso.com",
])("%s is none", (text) => {
  expect(isVapidSubject(text)).toBe(false);
});
