import type { Metadata } from "next";
import { KeepFresh } from "#components/ui/keep-fresh.tsx";
import { requirePage } from "#lib/auth/session.ts";
import { getPrepared } from "#lib/sources/certificates/prepare.ts";
import { listSharedCredentials } from "#lib/sources/configurations/list.ts";
import { offeredManifests } from "#lib/core/vendors.ts";
import { redirectUriOf } from "#lib/sources/accounts/begin.ts";
import { getPendingDraft } from "#lib/sources/accounts/list.ts";
import { ConfigurationForm } from "../../_components/configuration-form.tsx";

export const metadata: Metadata = { title: "Add Configuration" };

type Search = Promise<Record<string, string | string[] | undefined>>;

export default async function NewConfigurationPage({ searchParams }: { searchParams: Search }) {
  const { ctx } = await requirePage("settings.manage");
  const [manifest] = offeredManifests(ctx.services);
  if (!manifest) throw new Error("no vendor is registered");
  const { subscription } = await searchParams;
  const pending = await getPendingDraft(ctx);
  return (
    <>
      {pending?.waiting ? <KeepFresh everyMs={15_000} /> : null}
      <h1 className="mb-4 text-xl font-semibold">Add Configuration</h1>
      <ConfigurationForm
        organisationId={ctx.actor.organisationId}
        manifest={manifest}
        credentials={(await listSharedCredentials(ctx)).filter(
          ({ authority }) => authority === manifest.authority,
        )}
        redirectUri={redirectUriOf(ctx.services, manifest)}
        pending={pending}
        scopeId={typeof subscription === "string" ? subscription.slice(0, 200) : null}
        prepared={await getPrepared(ctx)}
      />
    </>
  );
}
