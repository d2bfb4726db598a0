import type { PipelineResponse } from "@azure/core-rest-pipeline";
import type { Json } from "#lib/domain/detection.ts";
import { elementTexts } from "#lib/domain/json-text.ts";
import type { RawAlert } from "../contract.ts";
import type { VendorError } from "../problem.ts";
import { type JsonObject, objectOf } from "../shared/json.ts";
import { errorIn, errorOf, refuseErrorBody, responseError } from "./arm-response.ts";
import { azureError, withCode } from "./errors.ts";
import { countingEntry, foldedKey } from "./key-names.ts";
import { onlyScalar } from "./scalars.ts";
import { saysNothing } from "./texts.ts";

/** A page of alerts, as Resource Manager returned it. */
export type ArmPage = {
  alerts: RawAlert[];
  /** how many reads Resource Manager still allows, or null if the response doesn't say */
  remainingReads: number | null;
  /** the address of the next page; null on the last page */
  next: string | null;
  /** why the list may lack alerts, after this page or an earlier one; null if nothing says that it does */
  problem: VendorError | null;
};

/** Parses a response's body. Throws VendorError if it isn't JSON. */
export function parseAnswer(text: string | null | undefined): Json {
  try {
    return JSON.parse((text ?? "").replace(/^\ufeff/, "")) as Json;
  } catch {
    throw azureError("not_json");
  }
}

/**
 * Reads a page of alerts, each with its exact JSON text. The keys of the page may be spelled in any case. Throws VendorError if
 * the response isn't such a page.
 */
export function readListPage(response: PipelineResponse, body: JsonObject): ArmPage {
  if (response.status !== 200) throw responseError(response, "list");
  const [key = "value", value = null] = entryOf(body, "value") ?? [];
  if (!Array.isArray(value)) {
    refuseErrorBody(response, "list");
    throw azureError("no_list", { requestId: response.headers.get("x-ms-request-id") ?? null });
  }
  const texts = elementTexts((response.bodyAsText ?? "").replace(/^\ufeff/, ""), key) ?? [];
  const alerts = value.map((alert, index) => ({ value: alert, text: texts[index] ?? JSON.stringify(alert) }));
  const next = nextPage(body, response.request.url);
  const error = errorIn(body);
  const code = errorOf(error ?? undefined);
  const isEnd = next === "unreadable";
  const problem = error
    ? azureError(withCode("list_incomplete", code), { vendorCode: code || null })
    : isEnd
      ? azureError("list_unfinished")
      : null;
  return { alerts, remainingReads: remainingReads(response), next: isEnd ? null : next, problem };
}

/**
 * Returns the absolute address of the page after the one at `address`, null on the last page, or "unreadable" if the page says
 * that there are more, but not where.
 */
export function nextPage(body: JsonObject, address: string): string | null {
  const found = ["nextLink", "@odata.nextLink"].flatMap((name) => entryOf(body, name)?.slice(1) ?? []);
  const links = found.filter((link) => !isNothing(link));
  if (links.length === 0)
    return ["$skipToken", "skipToken"].some((name) => !isNothing(entryOf(body, name)?.[1]))
      ? "unreadable"
      : null;
  const [link] = links.map((each) => onlyScalar(each));
  if (typeof link !== "string") return "unreadable";
  const url = URL.parse(link.trim(), address);
  // a list of something else would end as if there were no more
  const own = new URL(address);
  const isElsewhere = url?.origin === own.origin && kindOf(url.pathname) !== kindOf(own.pathname);
  // an address at another host, or none at all, is refused before it is called
  return isElsewhere ? "unreadable" : (url?.href ?? link);
}

/** Returns what an address lists: "alerts" for /subscriptions/…/providers/Microsoft.Security/alerts. */
const kindOf = (path: string) => path.replace(/\/$/, "").split("/").at(-1)?.toLowerCase();

const isNothing = (value: Json | undefined) =>
  value === undefined ||
  value === null ||
  value === false ||
  (typeof value === "string" && saysNothing(value));

/** Returns the entry of an object whose key means `name`. Of several, the one with content counts. */
function entryOf(body: JsonObject, name: string): [string, Json] | undefined {
  const entries = Object.entries(body).filter(([key]) => foldedKey(key) === foldedKey(name));
  return countingEntry(entries, name);
}

/**
 * Returns how many reads Resource Manager still allows, from the rate-limit headers: the lowest of those for reads and for the
 * resource provider's own limits (`Policy;3`). Returns null if the response has none.
 */
function remainingReads(response: PipelineResponse): number | null {
  const found: number[] = [];
  for (const [name, value] of response.headers) {
    if (!/^x-ms-ratelimit-remaining-/i.test(name) || /write|delete/i.test(name)) continue;
    const parts = value.split(",").map((part) => /(?:^|;)\s*(\d+)\s*$/.exec(part)?.[1]);
    found.push(...parts.filter((part) => part !== undefined).map(Number));
  }
  return found.length > 0 ? Math.min(...found) : null;
}

/** Parses the body of a page. Throws VendorError if it isn't JSON. */
export const pageBody = (text: string | null | undefined): JsonObject => objectOf(parseAnswer(text));
