import type { NextRequest } from "next/server";
import { answer, Download } from "#lib/http/handler.ts";
import { downloadCertificate } from "#lib/sources/certificates/prepare.ts";

export const dynamic = "force-dynamic";

/** Returns the public half of a prepared certificate. An admin uploads it at the vendor. */
export async function GET(
  request: NextRequest,
  { params }: { params: Promise<{ id: string }> },
): Promise<Response> {
  const { id } = await params;
  return answer(request, async (ctx) => {
    const { der, name } = await downloadCertificate(ctx, id);
    return new Download(der, "application/pkix-cert", name);
  });
}
