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

it("the feed's filters are accepted in the format of the page", () => {
  expect(ApiFeedQuery.parse({ severity: "high,low", q: " a\u0000b " })).toMatchObject({
    severity: ["high", "low"],
    status: [],
    range: "30d",
    q: "ab",
  });
});
