import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { requirePage } from "#lib/auth/session.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import { getDetection } from "#lib/services/detections/get.ts";
import { DetectionPage } from "../_components/detection-page.tsx";
import { liveName } from "../_components/live-tabs.ts";

export const metadata: Metadata = { title: "Detection" };

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  const { ctx, person } = await requirePage();
  const { id } = await params;
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
