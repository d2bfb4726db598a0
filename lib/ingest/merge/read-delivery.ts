import { gzipped } from "#db/queries/ingest/detection-writes.ts";
import type { InboxRow } from "#db/queries/ingest/inbox.ts";
import { ownDeliverySchemas } from "#lib/domain/delivery.ts";
import type { Json } from "#lib/domain/detection.ts";
import { listTexts } from "#lib/domain/json-text.ts";
import type { Vendor, WebhookAlert, WebhookReading } from "#lib/vendors/contract.ts";
import type { Services } from "#lib/core/context.ts";
import { standInVendor } from "#lib/core/stand-in-vendor.ts";
import { openBody } from "../receive/body.ts";
import { readDeliveryBody } from "../receive/read-body.ts";

/** the number of failed merges after which a delivery becomes unrecognised, so that an admin sees it */
const attemptsMax = 8;

/**
 * Returns the vendor that posts to a webhook, and the vendor's reader of deliveries. For an unknown webhook, returns a
 * stand-in vendor and null.
 */
export function vendorOfWebhook({ vendors }: Services, webhook: string) {
  const vendor = vendors.all.find(({ manifest }) => manifest.webhook?.id === webhook);
  return { vendor: vendor ?? standInVendor(webhook), reader: vendor?.can.webhook ?? null };
}

/** Returns the label of a delivery's format. The vendor or the portal defines the label. */
export const schemaLabelOf = ({ manifest: { webhook } }: Pick<Vendor, "manifest">, schema: string): string =>
  ({ ...webhook?.schemas, ...ownDeliverySchemas })[schema] ?? schema;

/** A delivery from the inbox, opened and parsed. */
export type ReadDelivery = {
  row: InboxRow;
  /** the delivery's body as it will be stored, gzipped */
  kept: Buffer;
  /** whether the body was invalid JSON that PocketSOC repaired */
  mended: boolean;
  /** what the sender does wrong, a sentence each, although PocketSOC could read the delivery */
  notes: string[];
  reading: WebhookReading;
  /** returns the text of the alert at this index of `reading`, gzipped */
  raw(index: number): Buffer;
};

/**
 * Opens and parses a delivery. A delivery that can't be parsed is `unrecognised` and has a reason. Returns null if no
 * key of this process's keyring opens the body.
 */
export function readDelivery(services: Services, row: InboxRow): ReadDelivery | null {
  const opened = openBody(services, row);
  if (!opened) return null;
  const failed = (reason: string): ReadDelivery => ({
    row,
    kept: opened.gzipped,
    mended: false,
    notes: [],
    reading: { kind: "unrecognised", reason },
    raw: () => opened.gzipped,
  });
  if (row.attempts >= attemptsMax)
    return failed(
      "It could not be merged because of an error in PocketSOC, which is in its log. Replay it once that is mended.",
    );
  if (row.refused) return failed(row.refused);
  const { reader } = vendorOfWebhook(services, row.webhook);
  if (!reader)
    return failed(
      `This installation doesn't know the webhook “${row.webhook}”. Replay it once a version that does is running.`,
    );
  const body = readDeliveryBody(opened.bytes, row.headers["content-type"] ?? null);
  if (!body.ok) return failed(body.reason);
  const reading = reader.read(body.value as Json);
  const { text, mended, value } = body;
  const notes = [...body.notes, ...(reading.kind === "alerts" && reading.note ? [reading.note] : [])];
  const texts = Array.isArray(value) ? listTexts(text) : null;
  // a body that is a single unrepaired alert is already compressed
  const asWritten = !mended && Buffer.byteLength(text) === opened.bytes.byteLength;
  const whole = asWritten && !Array.isArray(value) ? opened.gzipped : null;
  const alerts = alertsOf(reading);
  const isList = Array.isArray(value);
  // after an unwrapped element, or one that is a JSON text, the indexes of the body's elements aren't those of the alerts
  const isAligned =
    !isList || alerts.every((alert, index) => !alert.within && typeof value[index] === "object");
  const raw = (index: number) => {
    const alert = alerts[index];
    // an unwrapped alert has no text of its own in the body
    if (alert && (alert.within || !isAligned)) return gzipped(JSON.stringify(alert.value));
    return whole ?? gzipped(texts?.[index] ?? text);
  };
  return { row, kept: opened.gzipped, mended, notes, reading, raw };
}

export const alertsOf = (reading: WebhookReading): WebhookAlert[] =>
  reading.kind === "alerts" ? reading.alerts : [];
