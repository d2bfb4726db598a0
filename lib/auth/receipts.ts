import "server-only";
import { z } from "zod";
import { readLimited } from "#lib/platform/limited-body.ts";
import { ReceiptKind, recordReceipt } from "#lib/services/notifications/receipt.ts";
import { getServices } from "./services.ts";

const bodyMaxBytes = 1_024;
const bodyTimeoutMs = 5_000;
const Receipt = z.object({ receipt: z.string().max(300), what: ReceiptKind });

/**
 * Takes a device's word that it showed or opened a notification. Nobody is signed in: the receipt is signed, names one
 * notification and can do nothing but note that. The answer is the same for good and bad ones.
 */
export async function POST(request: Request): Promise<Response> {
  const read = await readLimited(request.body, bodyMaxBytes, bodyTimeoutMs);
  const parsed = Receipt.safeParse(read.ok ? jsonOf(read.bytes) : null);
  if (parsed.success) await recordReceipt(getServices(), parsed.data.receipt, parsed.data.what);
  return new Response(null, { status: 204, headers: { "cache-control": "no-store" } });
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString("utf8"));
  } catch {
    return null;
  }
}
