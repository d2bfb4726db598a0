import type { Json, NormalisedDetection, NormaliseResult } from "#lib/domain/detection.ts";
import { isTooDeep } from "#lib/domain/json.ts";
import type { Severity } from "#lib/domain/severity.ts";
import type { Status, TargetStatus } from "#lib/domain/status.ts";
import { cleanText, descriptionLengthMax, httpsUrl, shownText, titleLengthMax } from "#lib/domain/text.ts";
import type { Verdict } from "#lib/domain/verdict.ts";
import { canonicalJson } from "#lib/platform/canonical.ts";
import type { VendorChange } from "#lib/vendors/contract.ts";
import { listOf, objectOf, wordOf } from "#lib/vendors/shared/json.ts";
import { readMoment } from "#lib/vendors/shared/moment.ts";
import { z } from "zod";

/** Locates a slip: its drawer and its number. */
export const SlipRef = z.object({ drawer: z.string(), number: z.string() });
export type SlipRef = z.output<typeof SlipRef>;

const states: Partial<Record<TargetStatus, string>> = {
  active: "open",
  in_progress: "working",
  resolved: "closed",
};
const findings: Record<Verdict, string> = {
  true_positive: "confirmed",
  false_positive: "mistaken",
  benign: "harmless",
  undetermined: "unclear",
};
const weights: Record<string, Severity> = {
  red: "high",
  amber: "medium",
  green: "low",
  grey: "informational",
};
const severityOf = (word: string): Severity =>
  Object.hasOwn(weights, word) ? (weights[word] ?? "unknown") : "unknown";
const statusOf = (word: string): Status =>
  (Object.keys(states) as TargetStatus[]).find((status) => states[status] === word) ?? "unknown";

/** Converts a slip to a detection, or returns the reason why it can't. Pure and total. */
export function normalise(raw: Json): NormaliseResult<SlipRef> {
  const slip = objectOf(raw);
  const drawer = cleanText(slip.drawer, 60).toLowerCase();
  const number = cleanText(slip.number, 60).toLowerCase();
  if (!drawer || !number) return { ok: false, reason: "It names no drawer or has no number." };
  if (isTooDeep(raw)) return { ok: false, reason: "It is nested deeper than 64 levels." };
  return { ok: true, detection: detectionOf(slip, drawer, number), ref: { drawer, number } };
}

function detectionOf(slip: ReturnType<typeof objectOf>, scopeId: string, id: string): NormalisedDetection {
  const title = shownText(slip.headline, titleLengthMax);
  const host = wordOf(slip.host);
  const extra = ["finding", "holder"].flatMap((name) => {
    const text = wordOf(slip[name]);
    return text ? [{ name, value: { text, href: null } }] : [];
  });
  return {
    vendorAlertId: id,
    scopeId,
    title: title || "(slip without a headline)",
    description: shownText(slip.text, descriptionLengthMax),
    alertType: wordOf(slip.kind),
    severity: severityOf(wordOf(slip.weight)),
    status: statusOf(wordOf(slip.state)),
    vendorSeverity: wordOf(slip.weight),
    vendorStatus: wordOf(slip.state),
    isSample: slip.practice === true,
    isIncident: false,
    product: "Paper Ledger",
    productComponent: "",
    resourceName: host,
    resourceType: host ? "Host" : "",
    compromisedEntity: host,
    tactics: [],
    techniques: [],
    resources: host ? [{ kind: "host", id: host, name: host, resourceType: "Host" }] : [],
    entities: [],
    extendedProperties: [
      ...extra,
      ...listOf(slip.remarks).map((one) => ({ name: "remark", value: { text: wordOf(one), href: null } })),
    ],
    remediationSteps: [],
    links: [],
    vendorUrl: httpsUrl(slip.page),
    startedAt: null,
    endedAt: null,
    generatedAt: readMoment(slip.written),
    version: "",
    remarks: title ? [] : ["It has no headline."],
  };
}

/** Returns the slip as text without `looked`, which is the time of the answer. */
export function fingerprint(raw: Json): string {
  const slip = objectOf(raw);
  if (slip !== raw) return canonicalJson(raw);
  const { looked: _looked, ...counts } = slip;
  return canonicalJson(counts);
}

/** Converts a change to the ledger's field names. The note is included only if `sendsRemarks` is true. */
export const slipOf = ({ status, verdict, owner, comment }: VendorChange, sendsRemarks: boolean) => ({
  ...(status ? { state: states[status] ?? "" } : {}),
  ...(verdict === undefined ? {} : { finding: verdict ? findings[verdict] : "" }),
  ...(owner === undefined ? {} : { holder: owner }),
  ...(comment && sendsRemarks ? { remark: comment } : {}),
});

/** Whether a slip shows every field of a change except the remark. The ledger only ever adds remarks. */
export function shows(raw: Json, change: VendorChange): boolean {
  const slip = objectOf(raw);
  return Object.entries(slipOf(change, false)).every(([name, value]) => slip[name] === value);
}
