"use client";

import { ConfirmButton } from "#components/ui/confirm-button.tsx";
import { Moment } from "#components/ui/moment.tsx";
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
      <ConfirmButton
        title="Make a new signing secret?"
        text={
          <>
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
          </>
        }
        confirm="Make it"
        busyLabel="Making …"
        action={() => makeSecret(organisationId)}
        done={({ secret }) => {
          onMade(secret);
          scrollTo({ top: 0 });
        }}
      >
        New secret
      </ConfirmButton>
    </section>
  );
}
