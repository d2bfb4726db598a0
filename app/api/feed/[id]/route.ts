import type { NextRequest } from "next/server";
import { answer } from "#lib/http/handler.ts";
import { getDetection } from "#lib/triage/get.ts";

export const dynamic = "force-dynamic";

/** Returns one detection, for the pane beside the list. */
export async function GET(
  request: NextRequest,
  { params }: { params: Promise<{ id: string }> },
): Promise<Response> {
  const { id } = await params;
  return answer(request, (ctx) => getDetection(ctx, id));
}
