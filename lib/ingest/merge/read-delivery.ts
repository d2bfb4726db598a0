import { gzipped } from "#db/queries/ingest/detection-writes.ts";
import type { InboxRow } from "#db/queries/ingest/inbox.ts";
import type { Json } from "#lib/domain/detection.ts";
import { listTexts } from "#lib/domain/json-text.ts";
import { readJsonBody } from "#lib/platform/json-body.ts";
import type { WebhookAlert, WebhookReading } from "#lib/vendors/contract.ts";
import type { Services } from "#lib/core/context.ts";
import { openBody } from "../receive/body.ts";

/** after so many tries a delivery is shown as unrecognised, so that an admin sees it */
const attemptsMax = 8;

/** The vendor whose webhook it is. Throws for one we don't know. */
export function vendorOfWebhook({ vendors }: Services, webhook: string) {
  const vendor = vendors.all.find((one) => one.manifest.webhook?.id === webhook);
  if (!vendor?.can.webhook) throw new Error("unknown webhook");
  return { vendor, webhook: vendor.can.webhook };
}

/** A delivery out of the inbox, read. */
export type ReadDelivery = {
  row: InboxRow;
  /** gzipped, to be kept */
  kept: Buffer;
  mended: boolean;
  reading: WebhookReading;
  /** an alert of the reading's as it was written, gzipped */
  raw(index: number): Buffer;
};

/**
 * Opens and reads a delivery; what can't be read is unrecognised, with the reason. Null when no key of this
 * process's keyring opens it: another process may hold the key.
 */
export function readDelivery(services: Services, row: InboxRow): ReadDelivery | null {
  const opened = openBody(services, row);
  if (!opened) return null;
  const failed = (reason: string): ReadDelivery => ({
    row,
    kept: opened.gzipped,
    mended: false,
    reading: { kind: "unrecognised", reason },
    raw: () => opened.gzipped,
  });
  if (row.attempts >= attemptsMax)
    return failed(
      "It could not be merged for a reason of our own; the log has it. Replay it once that is mended.",
    );
  if (row.refused) return failed(row.refused);
  const body = readJsonBody(opened.bytes);
  if (!body.ok) return failed(body.reason);
  const reading = vendorOfWebhook(services, row.webhook).webhook.read(body.value as Json);
  const { text, mended, value } = body;
  const texts = Array.isArray(value) ? listTexts(text) : null;
  // a body that is one alert, as it was written, is compressed already
  const asWritten = !mended && Buffer.byteLength(text) === opened.bytes.byteLength;
  const whole = asWritten && !Array.isArray(value) ? opened.gzipped : null;
  const raw = (index: number) => whole ?? gzipped(texts?.[index] ?? text);
  return { row, kept: opened.gzipped, mended, reading, raw };
}

export const alertsOf = (reading: WebhookReading): WebhookAlert[] =>
  reading.kind === "alerts" ? reading.alerts : [];
