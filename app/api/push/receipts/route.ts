export const dynamic = "force-dynamic";

export { POST } from "#lib/http/receipts.ts";
