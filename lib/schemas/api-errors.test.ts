import { expect, it } from "vitest";
import { ApiBulkStatusBody, ApiFeedQuery, ApiStatusBody } from "./api-requests.ts";
import { fieldErrors } from "./api-errors.ts";

const errorsOf = (
  schema: typeof ApiFeedQuery | typeof ApiBulkStatusBody | typeof ApiStatusBody,
  value: unknown,
) => {
  const parsed = schema.safeParse(value, { reportInput: true });
  return parsed.success ? null : fieldErrors(parsed.error);
};

it("an unknown value is quoted together with the allowed ones", () => {
  expect(errorsOf(ApiFeedQuery, { severity: "high,urgent", range: "2d" })).toEqual({
    "severity.1": "“urgent” isn't allowed here. Use one of high, medium, low, informational, unknown.",
    range: "“2d” isn't allowed here. Use one of 1h, 24h, 7d, 30d, all.",
  });
  expect(errorsOf(ApiFeedQuery, { cursor: "x", configuration: "y", limit: "3" })).toEqual({
    cursor: "This can't be read. Send the value exactly as the API returned it.",
    "configuration.0": "This isn't an id: “y”.",
    limit: "There is no such field.",
  });
});

it("a missing, too large or mistyped value is reported by path", () => {
  expect(errorsOf(ApiStatusBody, {})).toEqual({
    to: "This is missing. Use one of active, in_progress, dismissed, resolved.",
    expected: "This is missing. Use one of active, in_progress, dismissed, resolved, unknown.",
  });
  expect(errorsOf(ApiStatusBody, null)).toEqual({ body: "This must be an object." });
  expect(errorsOf(ApiStatusBody, { to: "active", expected: "resolved", note: "x".repeat(501) })).toEqual({
    note: "Keep it within 500 characters.",
  });
  expect(errorsOf(ApiBulkStatusBody, { items: [], to: "active" })).toEqual({ items: "Send at least 1." });
  expect(errorsOf(ApiBulkStatusBody, { items: [{ id: 3, expected: "active" }], to: "active" })).toEqual({
    "items.0.id": "This must be text.",
  });
});

it.each(["constructor", "toString", "hasOwnProperty", "valueOf", "__proto__"])(
  "a field that is called %s is reported like any other",
  (name) => {
    const body = JSON.parse(`{"to":"active","expected":"resolved","${name}":{"note":"x"}}`) as unknown;
    expect(Object.entries(errorsOf(ApiStatusBody, body) ?? {})).toEqual([[name, "There is no such field."]]);
  },
);

it("many invalid fields, and fields with long names, make no long answer", () => {
  const many = Object.fromEntries(Array.from({ length: 6_000 }, (_, at) => [`field${at}`, 1]));
  expect(Object.keys(errorsOf(ApiStatusBody, many) ?? {})).toHaveLength(50);
  const items = Array.from({ length: 500 }, () => ({ id: "x", expected: "y", z: 1 }));
  expect(Object.keys(errorsOf(ApiBulkStatusBody, { items, to: "active" }) ?? {})).toHaveLength(50);
  const long = { to: "active", expected: "resolved", ["k".repeat(60_000)]: 1 };
  expect(errorsOf(ApiStatusBody, long)).toEqual({ [`${"k".repeat(40)}…`]: "There is no such field." });
});

it("the feed's filters are accepted in the format of the page", () => {
  expect(ApiFeedQuery.parse({ severity: "high,low", q: " a\u0000b " })).toMatchObject({
    severity: ["high", "low"],
    status: [],
    range: "30d",
    q: "ab",
  });
});
