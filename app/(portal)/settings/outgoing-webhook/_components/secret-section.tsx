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

/** The outgoing webhook's signing secret, and a button that creates a new secret. */
export function SecretSection({ organisationId, webhook, nowIso, onMade }: Props) {
  const { secretHint, secretMadeAt, earlierSecretUntil } = webhook;
  return (
    <section>
      <h2 className="mb-1 text-base font-semibold">Signing secret</h2>
      <p className="mb-3 max-w-prose text-muted">
        <code className="text-ink">{secretHint}…</code> · created{" "}
        <Moment iso={secretMadeAt} nowIso={nowIso} day />
        {earlierSecretUntil ? (
          <>
            {" · "}the earlier one also signs, until <Moment iso={earlierSecretUntil} nowIso={nowIso} />
          </>
        ) : null}
      </p>
      <ConfirmButton
        title="Create a new signing secret?"
        text={
          <>
            <p>
              The new secret signs immediately. The current one keeps signing for 24 hours, so you can update
              the receiver without missing an event.
            </p>
            {earlierSecretUntil ? (
              <p className="font-medium">
                The one from before that stops signing immediately. If the receiver still uses it, update the
                receiver first.
              </p>
            ) : null}
            <p>If a secret has leaked, remove it from the receiver, which accepts it until then.</p>
          </>
        }
        confirm="Create it"
        busyLabel="Creating …"
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
