import type { Metadata } from "next";
import { requirePage } from "#lib/auth/session.ts";
import { requiredPermission, scopes } from "#lib/domain/access-token.ts";
import { isAllowed } from "#lib/core/context.ts";
import { listOrganisationTokens, listTokens } from "#lib/identity/api-tokens/list.ts";
import { CopyButton } from "#components/ui/copy-button.tsx";
import { TokenForm } from "./_components/token-form.tsx";
import { TokenList } from "./_components/token-list.tsx";

export const metadata: Metadata = { title: "API tokens" };

export default async function TokensPage() {
  const { ctx } = await requirePage("settings.own");
  const { organisationId } = ctx.actor;
  const { portalUrl, now } = ctx.services;
  const ownTokens = await listTokens(ctx);
  const isManager = isAllowed(ctx.actor, "settings.manage");
  const others = isManager
    ? (await listOrganisationTokens(ctx)).filter((token) => !ownTokens.some(({ id }) => id === token.id))
    : [];
  const offered = scopes.filter((scope) => isAllowed(ctx.actor, requiredPermission[scope]));
  const example = `curl -H "Authorization: Bearer $POCKETSOC_TOKEN" "${portalUrl}/api/v1/detections?severity=high"`;
  const nowIso = now().toISOString();
  return (
    <>
      <h1 className="mb-2 text-xl font-semibold">API tokens</h1>
      <p className="mb-3 max-w-prose text-sm text-muted">
        Scripts act as you, limited to the scopes you pick. A token ends when you revoke it, when it expires,
        and when you leave the team. See the{" "}
        <a className="text-accent underline" href="/api/v1/openapi.json" target="_blank" rel="noreferrer">
          API reference
        </a>
        .
      </p>
      <div className="mb-6 flex flex-wrap items-center gap-2">
        <code className="max-w-full overflow-x-auto rounded-md border border-line bg-raised p-2 text-xs">
          {example}
        </code>
        <CopyButton label="Copy" value={example} />
      </div>
      <TokenForm organisationId={organisationId} offered={offered} />
      <h2 className="mt-8 mb-2 font-semibold">Your tokens</h2>
      <TokenList
        organisationId={organisationId}
        tokens={ownTokens}
        nowIso={nowIso}
        empty="You have no active tokens."
      />
      {isManager ? (
        <>
          <h2 className="mt-8 mb-2 font-semibold">Tokens of others in this organisation</h2>
          <TokenList
            organisationId={organisationId}
            tokens={others}
            nowIso={nowIso}
            withNames
            empty="Nobody else has active tokens."
          />
        </>
      ) : null}
    </>
  );
}
