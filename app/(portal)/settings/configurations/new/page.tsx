import type { Metadata } from "next";
import { KeepFresh } from "#components/ui/keep-fresh.tsx";
import { requirePage } from "#lib/auth/session.ts";
import { getPrepared } from "#lib/sources/certificates/prepare.ts";
import { listSharedCredentials } from "#lib/sources/configurations/list.ts";
import { offeredManifests } from "#lib/core/vendors.ts";
import { redirectUriOf } from "#lib/sources/accounts/begin.ts";
import { getPendingDraft } from "#lib/sources/accounts/list.ts";
import { ConfigurationForm } from "../../_components/configuration-form.tsx";
import { VendorChoice } from "../../_components/vendor-choice.tsx";

export const metadata: Metadata = { title: "Add Configuration" };

type Search = Promise<Record<string, string | string[] | undefined>>;

export default async function NewConfigurationPage({ searchParams }: { searchParams: Search }) {
  const { ctx } = await requirePage("settings.manage");
  const { vendor, scope } = await searchParams;
  const manifests = offeredManifests(ctx.services);
  const manifest = manifests.length === 1 ? manifests[0] : manifests.find(({ id }) => id === vendor);
  if (!manifest) {
    return (
      <>
        <h1 className="mb-4 text-xl font-semibold">Add Configuration</h1>
        <VendorChoice manifests={manifests} />
      </>
    );
  }
  const draft = await getPendingDraft(ctx);
  const pending = draft?.draft.vendor === manifest.id ? draft : null;
  return (
    <>
      {pending?.waiting ? <KeepFresh everyMs={15_000} /> : null}
      <h1 className="mb-4 text-xl font-semibold">Add Configuration</h1>
      <ConfigurationForm
        key={manifest.id}
        organisationId={ctx.actor.organisationId}
        manifest={manifest}
        hasOthers={manifests.length > 1}
        credentials={(await listSharedCredentials(ctx)).filter(
          ({ authority }) => authority === manifest.authority,
        )}
        redirectUri={redirectUriOf(ctx.services, manifest)}
        pending={pending}
        scopeId={typeof scope === "string" ? scope.slice(0, 200) : null}
        prepared={await getPrepared(ctx)}
      />
    </>
  );
}
