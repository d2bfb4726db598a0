export const dynamic = "force-dynamic";

export { GET, POST } from "#lib/http/sign-in-routes.ts";
