import type { Metadata } from "next";
import { z } from "zod";
import { roleAllows } from "#lib/domain/roles.ts";
import { wordsOf } from "#lib/domain/vendor-words.ts";
import { requirePage } from "#lib/auth/session.ts";
import { FeedQuery } from "#lib/schemas/detections.ts";
import { offeredManifests } from "#lib/core/vendors.ts";
import { listDetections } from "#lib/triage/list.ts";
import { Feed } from "../_components/feed.tsx";
import { liveName } from "../_store/live-tabs.ts";

export const metadata: Metadata = { title: "Detections" };

type Search = Promise<Record<string, string | string[] | undefined>>;

export default async function DetectionsPage({ searchParams }: { searchParams: Search }) {
  const { ctx, person } = await requirePage();
  const search = await searchParams;
  const { id: _only, ...filters } = FeedQuery.parse(search);
  const open = z.uuid().safeParse(search.open);
  const page = await listDetections(ctx, { ...filters, id: [] }, null);
  const role = person.membership?.role ?? "viewer";
  return (
    <Feed
      first={page}
      filters={filters}
      initialOpen={open.data ?? null}
      liveName={liveName(ctx.actor.organisationId, person.userId)}
      vendors={offeredManifests(ctx.services).map(({ label, words, signIn, firstSteps, sampleHint }) => ({
        label,
        words: wordsOf(words),
        hasAccounts: signIn !== undefined,
        firstSteps,
        sampleHint,
      }))}
      canTriage={roleAllows(role, "detections.triage")}
      canConfigure={roleAllows(role, "settings.manage")}
    />
  );
}
