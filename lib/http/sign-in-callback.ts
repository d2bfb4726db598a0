import "server-only";
import type { NextRequest } from "next/server";
import { getServices } from "#lib/auth/services.ts";
import { currentContext, readSessionId } from "#lib/auth/session.ts";
import { takeAnswer } from "#lib/sources/accounts/answer.ts";
import { answerFor } from "./action.ts";

/**
 * The address that an authority sends people back to; several of the portal's paths use it. The answer's `state` finds the
 * sign-in. The address contains a code, so the answer redirects to a page without it.
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
    return `/connect/failed?why=${answerFor(error).code === "unexpected" ? "unexpected" : "foreign"}`;
  }
}
