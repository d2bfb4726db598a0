import type { Metadata } from "next";
import { requirePage } from "#lib/auth/session.ts";
import { listSharedCredentials } from "#lib/services/configurations/list.ts";
import { manifests } from "#lib/services/configurations/manifests.ts";
import { ConfigurationForm } from "../../_components/configuration-form.tsx";

export const metadata: Metadata = { title: "Add Configuration" };

export default async function NewConfigurationPage() {
  const { ctx } = await requirePage("settings.manage");
  const [manifest] = manifests;
  if (!manifest) throw new Error("no vendor is registered");
  return (
    <>
      <h1 className="mb-4 text-xl font-semibold">Add Configuration</h1>
      <ConfigurationForm
        organisationId={ctx.actor.organisationId}
        manifest={manifest}
        credentials={await listSharedCredentials(ctx)}
      />
    </>
  );
}
