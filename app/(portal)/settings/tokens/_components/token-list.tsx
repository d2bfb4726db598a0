"use client";

import { ConfirmButton } from "#components/ui/confirm-button.tsx";
import { Moment } from "#components/ui/moment.tsx";
import { scopeLabel } from "#lib/domain/access-token.ts";
import type { TokenItem } from "#lib/identity/api-tokens/list.ts";
import { revoke } from "../actions.ts";

type Props = {
  organisationId: string;
  tokens: TokenItem[];
  nowIso: string;
  /** whether each token's owner is named */
  withNames?: boolean;
  empty: string;
};

/** The active API tokens, each with a button that revokes the token. */
export function TokenList({ organisationId, tokens, nowIso, withNames, empty }: Props) {
  if (tokens.length === 0) return <p className="text-sm text-muted">{empty}</p>;
  return (
    <ul className="space-y-2">
      {tokens.map((token) => (
        <li
          key={token.id}
          className="flex flex-wrap items-center gap-3 rounded-md border border-line bg-raised p-3 text-sm"
        >
          <div className="min-w-0 flex-1">
            <p className="break-words">
              <strong>{token.name}</strong>{" "}
              <code className="text-muted" title="Its last four characters">{`…${token.hint}`}</code>
            </p>
            <p className="text-muted">
              {withNames ? `${token.userName} · ` : null}
              {token.scopes.map((scope) => scopeLabel[scope]).join(", ")} · created{" "}
              <Moment iso={token.createdAt} nowIso={nowIso} day /> ·{" "}
              {token.lastUsedAt ? (
                <>
                  last used <Moment iso={token.lastUsedAt} nowIso={nowIso} day />
                </>
              ) : (
                "never used"
              )}{" "}
              · expires <Moment iso={token.expiresAt} nowIso={nowIso} day />
            </p>
          </div>
          <RevokeControl organisationId={organisationId} token={token} />
        </li>
      ))}
    </ul>
  );
}

function RevokeControl({ organisationId, token }: { organisationId: string; token: TokenItem }) {
  return (
    <ConfirmButton
      tone="danger"
      aria-label={`Revoke ${token.name}`}
      title={`Revoke ${token.name}?`}
      text="Scripts that use it are refused from their next request on. This can't be undone."
      confirm="Revoke it"
      confirmTone="danger"
      busyLabel="Revoking …"
      unreachable="The portal could not be reached. Reload the page to see whether it was revoked."
      action={() => revoke(organisationId, token.id)}
    >
      Revoke
    </ConfirmButton>
  );
}
