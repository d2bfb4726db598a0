import { getServices } from "#lib/auth/services.ts";
import { getReadiness } from "#lib/core/health.ts";

export const dynamic = "force-dynamic";

export async function GET(): Promise<Response> {
  const readiness = await getReadiness(getServices());
  return Response.json(readiness, {
    status: readiness.status === "ready" ? 200 : 503,
    headers: { "cache-control": "no-store" },
  });
}
