import { createHttpHeaders, type PipelineResponse } from "@azure/core-rest-pipeline";
import { describe, expect, it } from "vitest";
import { goodAlert } from "#test/alerts.ts";
import type { VendorError } from "../problem.ts";
import { pageBody, readListPage } from "./list-page.ts";

const address =
  "https://management.azure.com/subscriptions/11c0ffee-1a2b-4c3d-8e4f-5a6b7c8d9e01/providers/Microsoft.Security/alerts?api-version=2022-01-01";
const later = `${address}&$skiptoken=2`;
const alert = goodAlert();

function read(body: object | string, headers: Record<string, string> = {}) {
  const bodyAsText = typeof body === "string" ? body : JSON.stringify(body);
  const response: PipelineResponse = {
    status: 200,
    bodyAsText,
    headers: createHttpHeaders(headers),
    request: { url: address } as PipelineResponse["request"],
  };
  return readListPage(response, pageBody(bodyAsText));
}
const problemOf = (body: object | string) => {
  try {
    read(body);
  } catch (error) {
    return (error as VendorError).problem;
  }
  throw new Error("it was read");
};

describe("a page of the list of alerts", () => {
  it.each([
    ["as documented", { value: [alert] }],
    ["with capitals", { Value: [alert] }],
    ["with an empty twin of the key", { value: [], Value: [alert] }],
    ["with a byte order mark", `\ufeff${JSON.stringify({ value: [alert] })}`],
  ])("is read: %s", (_form, body) => {
    const page = read(body);
    expect(page.alerts).toEqual([{ value: alert, text: JSON.stringify(alert) }]);
    expect(page).toMatchObject({ next: null, problem: null });
  });

  it.each<[string, object]>([
    ["nextLink", { nextLink: later }],
    ["NextLink", { NextLink: later }],
    ["nextlink", { nextlink: later }],
    ["next_link", { next_link: later }],
    ["@odata.nextLink", { "@odata.nextLink": later }],
    ["an empty twin", { nextLink: null, NextLink: later }],
    ["blanks around it", { nextLink: ` ${later} ` }],
    ["a path alone", { nextLink: later.slice("https://management.azure.com".length) }],
    ["a query alone", { nextLink: later.slice(later.indexOf("?")) }],
    ["a list of one", { nextLink: [later] }],
    ["an object with the address", { nextLink: { value: later } }],
  ])("isn't the last one if it names the next: %s", (_form, link) => {
    expect(read({ value: [alert], ...link })).toMatchObject({ next: later, problem: null });
  });

  it.each([null, "", "  ", "null", false])("is the last one if the next one is %j", (nextLink) => {
    expect(read({ value: [alert], nextLink })).toMatchObject({ next: null, problem: null });
  });

  it.each<[string, object, string]>([
    ["an unreadable next page", { nextLink: { page: 2 } }, "doesn't say where"],
    ["a number of the next page", { nextLink: 2 }, "doesn't say where"],
    [
      "a next page of something else",
      { nextLink: later.replace("/alerts?", "/assessments?") },
      "doesn't say where",
    ],
    ["a token without an address", { $skipToken: "abc" }, "doesn't say where"],
    ["an error", { error: { code: "ServerTimeout" } }, "Error code: ServerTimeout."],
    ["an error with capitals", { Error: { Code: "ServerTimeout" } }, "Error code: ServerTimeout."],
    ["several errors", { errors: [{ code: "ServerTimeout" }] }, "Error code: ServerTimeout."],
    ["an error in a word", { error: "a region failed" }, "came with an error"],
  ])("isn't the whole list beside %s", (_what, beside, message) => {
    const { alerts, next, problem } = read({ value: [alert], ...beside });
    expect(alerts).toHaveLength(1);
    expect(next).toBeNull();
    expect(problem?.problem).toMatchObject({
      code: "list_incomplete",
      passes: true,
      refuses: false,
      message: expect.stringContaining(message),
    });
  });

  it.each<[string, object | string, string]>([
    ["nothing", {}, "no list of alerts"],
    ["null", { value: null }, "no list of alerts"],
    ["one alert", { value: alert }, "no list of alerts"],
    ["a list without a page", [alert], "no list of alerts"],
    ["a page of a proxy", "<html>Sign in</html>", "isn't JSON"],
    ["an empty body", "", "isn't JSON"],
    ["a bare error", { code: "Failed", message: "m" }, "Error code: Failed."],
    ["a bare error with a status", { statusCode: 429, message: "m" }, "slow down"],
    ["an error in a word", { error: "temporarily_unavailable" }, "trouble of its own"],
  ])("isn't %s", (_what, body, message) => {
    const problem = problemOf(body);
    expect(problem).toMatchObject({ passes: true, refuses: false });
    expect(problem.message).toContain(message);
  });

  it.each([
    ["subscription-reads", "3", 3],
    ["subscription-global-reads", "3", 3],
    ["tenant-reads", "3", 3],
    ["subscription-resource-requests", "3, 9", 3],
    ["resource", "Microsoft.Security/Alerts3Min;3,Microsoft.Security/Alerts30Min;700", 3],
    ["subscription-reads", "700, 3", 3],
    ["subscription-writes", "3", null],
    ["subscription-deletes", "3", null],
    ["subscription-reads", "many", null],
  ])("says how many reads are left: %s: %s", (kind, value, left) => {
    const headers = { [`x-ms-ratelimit-remaining-${kind}`]: value };
    expect(read({ value: [] }, headers).remainingReads).toBe(left);
  });

  it("says the lowest number of several headers", () => {
    const name = "x-ms-ratelimit-remaining-";
    expect(
      read({ value: [] }, { [`${name}tenant-reads`]: "3", [`${name}subscription-reads`]: "249" })
        .remainingReads,
    ).toBe(3);
  });
});
