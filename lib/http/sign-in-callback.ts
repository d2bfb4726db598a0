import "server-only";
import type { NextRequest } from "next/server";
import { ServiceError } from "#lib/platform/errors.ts";
import { newReference } from "#lib/platform/ids.ts";
import { getServices } from "#lib/auth/services.ts";
import { currentContext, readSessionId } from "#lib/auth/session.ts";
import { takeAnswer } from "#lib/sources/accounts/answer.ts";

/**
 * Handles the return from an authority's sign-in page. The `state` parameter identifies the sign-in. The response redirects,
 * so that the browser's address no longer contains the sign-in's code.
 */
export async function GET(request: NextRequest): Promise<Response> {
  return new Response(null, {
    status: 303,
    headers: {
      location: `${getServices().portalUrl}${await nextPage(request)}`,
      "cache-control": "no-store",
    },
  });
}

async function nextPage(request: NextRequest): Promise<string> {
  try {
    const ctx = await currentContext();
    const sessionId = await readSessionId();
    if (!ctx || !sessionId) return "/connect/failed?why=signed_out";
    const taken = await takeAnswer(ctx, Object.fromEntries(request.nextUrl.searchParams), sessionId);
    return "signInId" in taken ? `/connect/${taken.signInId}` : `/connect/failed?why=${taken.notTaken}`;
  } catch (error) {
    if (error instanceof ServiceError) return "/connect/failed?why=foreign";
    getServices().log("request.failed", { reference: newReference(), error });
    return "/connect/failed?why=unexpected";
  }
}
