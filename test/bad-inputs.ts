import { gzipSync } from "node:zlib";
import type { Json } from "#lib/domain/detection.ts";
import { goodAlert, nested } from "./alerts.ts";
import { webhookBodyOf } from "./webhook-bodies.ts";

/** An unusual or invalid request to the webhook, with its expected answer. */
export type BadInput = {
  what: string;
  body: string | Buffer;
  headers?: Record<string, string>;
  status: number;
  /** the outcome of the stored delivery; absent if the request isn't stored */
  outcome?: "accepted" | "duplicate" | "unrecognised" | "unclaimed" | "rejected";
};

let count = 0;
/** Returns the webhook body of a new alert, with `changes` applied. */
const push = (changes: { [key: string]: Json } = {}) => {
  const name = `bad-${count++}`;
  return webhookBodyOf(goodAlert({ systemAlertId: name }, name), changes);
};
const text = (value: unknown) => JSON.stringify(value);
const ok = (what: string, body: string | Buffer, headers?: Record<string, string>): BadInput => ({
  what,
  body,
  ...(headers ? { headers } : {}),
  status: 200,
  outcome: "accepted",
});
const refused = (
  what: string,
  status: number,
  body: string | Buffer,
  headers?: Record<string, string>,
): BadInput => ({
  what,
  body,
  ...(headers ? { headers } : {}),
  status,
  outcome: "rejected",
});
const unrecognised = (what: string, body: unknown): BadInput => ({
  what,
  body: text(body),
  status: 200,
  outcome: "unrecognised",
});
const date = (value: Json) => ok(`a date that is ${text(value)}`, text(push({ StartTimeUtc: value })));
const withText = (found: string, put: string) => text(push({ Description: found })).replace(found, put);

/** All bad inputs. Each call makes new alerts. */
// long: a table
export const badInputs = (): BadInput[] => [
  ok("NUL in a value", withText("MARK", "a\\u0000b")),
  ok("NUL in a name", text(push()).replace('"Description"', '"De\\u0000scription"')),
  ok("a raw NUL byte", withText("MARK", "a\u0000b")),
  ok("a lone high surrogate", withText("MARK", "a\\ud800b")),
  ok("a lone low surrogate", withText("MARK", "a\\udc00b")),
  ok("bytes that are no UTF-8", Buffer.from(withText("MARK", "a\u00ffb"), "latin1")),
  ok("a byte order mark", `\ufeff${text(push())}`),
  ok("UTF-16", Buffer.from(text(push()), "utf16le")),
  ok("UTF-16, big-endian", Buffer.from(text(push()), "utf16le").swap16()),
  ok("UTF-16, as it says", Buffer.from(`\ufeff${text(push())}`, "utf16le"), {
    "content-type": "application/json; charset=utf-16",
  }),
  ok("JSON inside a string", text(text(push()))),
  ok("JSON inside three strings", text(text(text(text(push()))))),
  refused("JSON inside five strings", 400, text(text(text(text(text(text(push()))))))),
  refused("nothing", 400, ""),
  ...["null", "5", '"x"', "true"].map((body) => refused(`the scalar ${body}`, 400, body)),
  unrecognised("an empty list", []),
  ok(
    "a list of 500",
    text(
      Array.from({ length: 500 }, () => push({ Entities: [], ExtendedProperties: {}, RemediationSteps: [] })),
    ),
  ),
  refused("a list of 501", 413, text(Array.from({ length: 501 }, () => ({})))),
  ok("a name twice", text(push()).replace("{", '{"Severity":"Low",')),
  ok(
    "__proto__ and constructor",
    text(push()).replace("{", '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},'),
  ),
  refused("depth 101", 400, text({ SystemAlertId: "deep", x: nested(101) })),
  refused("depth 100,000", 400, `${"[".repeat(100_000)}${"]".repeat(100_000)}`),
  refused("a byte more than 1 MiB", 413, `{"x":"${"x".repeat(1_048_577)}"}`),
  refused("gzip", 415, gzipSync(text(push())), { "content-encoding": "gzip" }),
  refused("a gzip bomb", 415, gzipSync(Buffer.alloc(10_000_000)), { "content-encoding": "gzip" }),
  ...["br", "zstd", "deflate", "gzip, gzip"].map((encoding) =>
    refused(`the encoding ${encoding}`, 415, text(push()), { "content-encoding": encoding }),
  ),
  ...[
    "text/plain; charset=utf-8",
    "application/octet-stream",
    "application/x-www-form-urlencoded",
    "nonsense",
  ].flatMap((type) => [
    ok(`an alert with the type ${type}`, text(push()), { "content-type": type }),
    refused(`the type ${type} without JSON`, 415, "a=1", { "content-type": type }),
  ]),
  ok("the type application/cloudevents+json", text(push()), {
    "content-type": "application/cloudevents+json",
  }),
  ok("a comma too many", text(push()).replace(/}$/, ",}")),
  ...['{"a":1/*c*/}', '{"a":NaN}', "{'a':1}"].map((body) => refused(`the near-JSON ${body}`, 400, body)),
  ok("1e400", withText("MARK", 'x","ConfidenceScore":1e400,"Y":"')),
  ok("1e200000", withText("MARK", 'x","ConfidenceScore":1e200000,"Y":"')),
  ok("a number beyond 2^53", withText("MARK", 'x","N":12345678901234567890,"Y":"')),
  ok("-0 and 1.0", withText("MARK", 'x","N":-0,"M":1.0,"Y":"')),
  unrecognised("no alert id", { ...push(), SystemAlertId: undefined }),
  unrecognised("an alert id of 6,000 characters", push({ SystemAlertId: "x".repeat(6_000) })),
  {
    what: "a subscription that nobody configured",
    body: text(
      push({
        AlertUri:
          "https://portal.azure.com/#x/subscriptionId/99999999-1a2b-4c3d-8e4f-5a6b7c8d9e09/location/westeurope",
      }),
    ),
    status: 200,
    outcome: "unclaimed",
  },
  ...[
    "2026-02-30T00:00:00Z",
    "2026-13-01T00:00:00Z",
    "2026-01-01T25:00:00Z",
    "2026-01-01T00:00:00+99:00",
    "",
    "not a date",
  ].map(date),
  ...[
    "now",
    "tomorrow",
    "infinity",
    "9999-12-31T23:59:59.9999999Z",
    "0001-01-01T00:00:00Z",
    "1601-01-01T00:00:00Z",
  ].map(date),
  date("2026-03-04T05:06:07.9205455Z"),
  ok("a severity and a status nobody knows", text(push({ Severity: "Catastrophic", Status: "Confused" }))),
  ok(
    "a severity that is a number and a title that is an object",
    text(push({ Severity: 7, AlertDisplayName: { a: 1 } })),
  ),
  ok(
    "a severity that is a list",
    text(push({ Severity: ["High"], IsIncident: "yes", Entities: "none", ResourceIdentifiers: 5 })),
  ),
  ok("a title of 900 KB", text(push({ AlertDisplayName: "x".repeat(900_000) }))),
  ok(
    "markup, scripts, bidi, ANSI, CRLF",
    text(
      push({
        AlertDisplayName: "<script>alert(1)</script>\u202e\u200b\u001b[31m\r\n",
        ExtendedLinks: [{ Label: "x", Href: "javascript:alert(1)" }],
      }),
    ),
  ),
  ok("a formula", text(push({ AlertDisplayName: "=cmd|' /C calc'!A0" }))),
  ok("a sample", text(push({ AlertDisplayName: "[SAMPLE ALERT] x" }))),
  unrecognised("Azure's common alert schema", { schemaId: "azureMonitorCommonAlertSchema", data: {} }),
  unrecognised("another vendor's", { event_type: "alert", signature: { rev: 1 } }),
];
