import "server-only";
import { z } from "zod";
import { ReceiptKind, recordReceipt } from "#lib/alerting/delivery/receipt.ts";
import { limited } from "#lib/schemas/limited.ts";
import { getServices } from "#lib/auth/services.ts";
import { readSmallJson } from "./small-body.ts";

const Receipt = z.object({ receipt: limited(300), what: ReceiptKind });

/**
 * Records that a device showed or opened a notification. Nobody needs to be signed in, because the receipt is signed. Valid
 * and invalid receipts get the same answer.
 */
export async function POST(request: Request): Promise<Response> {
  const parsed = Receipt.safeParse(await readSmallJson(request));
  if (parsed.success) await recordReceipt(getServices(), parsed.data.receipt, parsed.data.what);
  return new Response(null, { status: 204, headers: { "cache-control": "no-store" } });
}
