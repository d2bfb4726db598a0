"use client";

import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Moment } from "#components/ui/moment.tsx";
import { useAction } from "#components/ui/use-action.ts";
import { revoke } from "../actions.ts";

type Props = { organisationId: string; id: string; lastUsedAt: string | null; nowIso: string };

/** Ends an earlier URL before its time, after saying when it was last used. */
export function RevokeUrl({ organisationId, id, lastUsedAt, nowIso }: Props) {
  const [asked, setAsked] = useState(false);
  const { busy, problem, run } = useAction();
  const start = () => {
    run(() => revoke(organisationId, id));
    setAsked(false);
  };
  return (
    <>
      <Button tone="danger" disabled={busy} onClick={() => setAsked(true)}>
        {busy ? "Revoking …" : "Revoke now"}
      </Button>
      {asked ? (
        <Dialog title="Revoke the earlier webhook URL?" onClose={() => setAsked(false)}>
          <p className="text-sm">
            {lastUsedAt ? (
              <>
                It was last used <Moment iso={lastUsedAt} nowIso={nowIso} />.{" "}
              </>
            ) : (
              "It was never used. "
            )}
            From its next call on it is refused, and whatever still calls with it brings nothing any more;
            those alerts come by poll. This can't be undone.
          </p>
          <div className="mt-4 flex gap-2">
            <Button tone="danger" onClick={start}>
              Revoke it
            </Button>
            <Button onClick={() => setAsked(false)}>Cancel</Button>
          </div>
        </Dialog>
      ) : null}
      <output className="order-last w-full text-danger empty:hidden">{problem}</output>
    </>
  );
}
