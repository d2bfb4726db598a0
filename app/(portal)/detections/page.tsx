import type { Metadata } from "next";
import { roleAllows } from "#lib/domain/roles.ts";
import { requirePage } from "#lib/auth/session.ts";
import { FeedQuery } from "#lib/schemas/detections.ts";
import { listDetections } from "#lib/services/detections/list.ts";
import { Feed } from "./_components/feed.tsx";

export const metadata: Metadata = { title: "Detections" };

type Search = Promise<Record<string, string | string[] | undefined>>;

export default async function DetectionsPage({ searchParams }: { searchParams: Search }) {
  const { ctx, person } = await requirePage();
  const query = FeedQuery.parse(await searchParams);
  const page = await listDetections(ctx, query, null);
  const role = person.membership?.role ?? "viewer";
  return (
    <Feed
      key={JSON.stringify(query)}
      first={page}
      query={query}
      canTriage={roleAllows(role, "detections.triage")}
      canConfigure={roleAllows(role, "settings.manage")}
    />
  );
}
