import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { requirePage } from "#lib/auth/session.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import { getDetection } from "#lib/triage/get.ts";
import { recordReceipt } from "#lib/alerting/delivery/receipt.ts";
import { DetectionPage } from "../_components/detection-page.tsx";
import { liveName } from "../_store/live-tabs.ts";

export const metadata: Metadata = { title: "Detection" };

type Props = { params: Promise<{ id: string }>; searchParams: Promise<{ told?: string | string[] }> };

export default async function Page({ params, searchParams }: Props) {
  const { ctx, person } = await requirePage();
  const { id } = await params;
  const { told } = await searchParams;
  // an iPhone opens a notification's address itself, so no service worker reports it
  if (typeof told === "string") await recordReceipt(ctx.services, told, "opened");
  const detection = await getDetection(ctx, id).catch((error: unknown) => {
    if (error instanceof ServiceError && error.code === "not_found") notFound();
    throw error;
  });
  return (
    <DetectionPage
      detection={detection}
      nowIso={ctx.services.now().toISOString()}
      liveName={liveName(ctx.actor.organisationId, person.userId)}
    />
  );
}
