// the address that applications at Microsoft have registered
export const dynamic = "force-dynamic";

export { GET } from "#lib/http/sign-in-callback.ts";
