"use client";

import { ConfirmButton } from "#components/ui/confirm-button.tsx";
import { Moment } from "#components/ui/moment.tsx";
import { revoke } from "../actions.ts";

type Props = { organisationId: string; id: string; lastUsedAt: string | null; nowIso: string };

/** A button that revokes an earlier webhook URL before it expires. The dialog says when the URL was last used. */
export function RevokeUrl({ organisationId, id, lastUsedAt, nowIso }: Props) {
  return (
    <ConfirmButton
      tone="danger"
      title="Revoke the earlier webhook URL?"
      text={
        <p>
          {lastUsedAt ? (
            <>
              It was last used <Moment iso={lastUsedAt} nowIso={nowIso} />.{" "}
            </>
          ) : (
            "It was never used. "
          )}
          Calls with it are refused from now on, and their alerts arrive by polling only. This can't be
          undone.
        </p>
      }
      confirm="Revoke it"
      confirmTone="danger"
      busyLabel="Revoking …"
      action={() => revoke(organisationId, id)}
    >
      Revoke now
    </ConfirmButton>
  );
}
