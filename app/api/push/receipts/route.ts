export const dynamic = "force-dynamic";

export { POST } from "#lib/auth/receipts.ts";
