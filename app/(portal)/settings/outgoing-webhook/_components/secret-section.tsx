"use client";

import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Moment } from "#components/ui/moment.tsx";
import { useAction } from "#components/ui/use-action.ts";
import type { OutgoingWebhookView } from "#lib/alerting/webhook/get.ts";
import { makeSecret } from "../actions.ts";

type Props = {
  organisationId: string;
  webhook: OutgoingWebhookView;
  nowIso: string;
  onMade: (secret: string) => void;
};

/** Which secret signs, and another in its place. */
export function SecretSection({ organisationId, webhook, nowIso, onMade }: Props) {
  const { secretHint, secretMadeAt, earlierSecretUntil } = webhook;
  const [asked, setAsked] = useState(false);
  const { busy, problem, run } = useAction();
  const make = () => {
    run(
      () => makeSecret(organisationId),
      ({ secret }) => {
        onMade(secret);
        scrollTo({ top: 0 });
      },
    );
    setAsked(false);
  };
  return (
    <section>
      <h2 className="mb-1 text-base font-semibold">Signing secret</h2>
      <p className="mb-3 max-w-prose text-muted">
        <code className="text-ink">{secretHint}…</code> · made{" "}
        <Moment iso={secretMadeAt} nowIso={nowIso} day />
        {earlierSecretUntil ? (
          <>
            {" · "}the one before signs too, and ends <Moment iso={earlierSecretUntil} nowIso={nowIso} />
          </>
        ) : null}
      </p>
      <Button disabled={busy} onClick={() => setAsked(true)}>
        {busy ? "Making …" : "New secret"}
      </Button>
      {asked ? (
        <Dialog title="Make a new signing secret?" onClose={() => setAsked(false)}>
          <div className="space-y-2 text-sm">
            <p>
              It signs at once. The one in use now signs beside it for 24 hours more, so that you can give the
              receiver the new one without missing anything.
            </p>
            {earlierSecretUntil ? (
              <p className="font-medium">
                The one from before that ends at once. If the receiver still verifies with it, give it a newer
                one first.
              </p>
            ) : null}
            <p>If a secret has leaked, take it out of the receiver: there it counts until you do.</p>
          </div>
          <div className="mt-4 flex flex-wrap gap-2">
            <Button tone="primary" onClick={make}>
              Make it
            </Button>
            <Button onClick={() => setAsked(false)}>Cancel</Button>
          </div>
        </Dialog>
      ) : null}
      <output className="mt-2 block text-danger empty:hidden">{problem}</output>
    </section>
  );
}
