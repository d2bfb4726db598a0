import { NormalisedDetection, type NormaliseResult } from "#lib/domain/detection.ts";
import { descriptionLengthMax, titleLengthMax, visibleText, wordLengthMax } from "#lib/domain/text.ts";

/** Yields every text in a value, at any depth. */
function* textsIn(value: unknown): Generator<string> {
  if (typeof value === "string") yield value;
  else if (typeof value === "object" && value !== null)
    for (const part of Object.values(value)) yield* textsIn(part);
}
const lengthOf = (text: string) => [...text].length;
const moment = /^20\d{2}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z$/;

/** Lists the faults of a normalised alert, a text for each. Every vendor must normalise every alert without a fault. */
export function faultsOf(result: NormaliseResult<unknown>): string[] {
  if (!result.ok) return /^[A-Z].+\.$/.test(result.reason) ? [] : [`no sentence: ${result.reason}`];
  const d = result.detection;
  const parsed = NormalisedDetection.safeParse(d);
  const faults: string[] = parsed.success ? [] : [`not a detection: ${parsed.error.message}`];
  const texts = [...textsIn(d)];
  // ids are compared and linked, never shown as text
  const { vendorAlertId, scopeId, ...laidOut } = d;
  const words = [d.alertType, d.resourceName, d.resourceType, d.compromisedEntity, d.product, d.version];
  const hrefs = [...d.links, ...d.remediationSteps, ...d.extendedProperties.map((one) => one.value)];
  const rules: [string, unknown[]][] = [
    ["not well formed", texts.filter((text) => !text.isWellFormed())],
    ["contains NUL", texts.filter((text) => text.includes("\0"))],
    ["contains invisible characters", [...textsIn(laidOut)].filter((text) => visibleText(text) !== text)],
    ["title too long, or none", [d.title].filter((text) => !text || lengthOf(text) > titleLengthMax)],
    ["description too long", [d.description].filter((text) => lengthOf(text) > descriptionLengthMax)],
    ["word too long", [...words, ...d.tactics].filter((text) => lengthOf(text) > wordLengthMax)],
    ["no moment", [d.startedAt, d.endedAt, d.generatedAt].filter((at) => at !== null && !moment.test(at))],
    [
      "unsafe link",
      [d.vendorUrl, ...hrefs.map((one) => one.href)].filter(
        (href) => href !== null && !/^https:\/\/[^@/]+(\/|$)/.test(href),
      ),
    ],
    ["no id", [vendorAlertId, scopeId].filter((id) => id === "")],
    ["id in capitals", [vendorAlertId, scopeId].filter((id) => id !== id.toLowerCase())],
  ];
  for (const [rule, broken] of rules)
    for (const one of broken) faults.push(`${rule}: ${JSON.stringify(one).slice(0, 200)}`);
  return faults;
}
