"use client";

import { useState } from "react";
import { ActionButton } from "#components/ui/action-button.tsx";
import { Button } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { useAction } from "#components/ui/use-action.ts";
import type { OutgoingWebhookView } from "#lib/alerting/webhook/get.ts";
import { CopyButton } from "#components/ui/copy-button.tsx";
import { sendTest } from "../actions.ts";
import { SecretSection } from "./secret-section.tsx";
import { SettingsForm } from "./settings-form.tsx";

type Props = { organisationId: string; webhook: OutgoingWebhookView | null; nowIso: string };

/**
 * The outgoing webhook's settings, its signing secret, and a button that sends a test event. A new secret is displayed only
 * once.
 */
export function WebhookPanel({ organisationId, webhook, nowIso }: Props) {
  const [made, setMade] = useState("");
  return (
    <>
      {made ? <NewSecret secret={made} onDone={() => setMade("")} /> : null}
      <section>
        <h2 className="mb-3 text-base font-semibold">Where and what</h2>
        <SettingsForm organisationId={organisationId} webhook={webhook} onMade={setMade} />
      </section>
      {webhook ? (
        <>
          <SecretSection organisationId={organisationId} webhook={webhook} nowIso={nowIso} onMade={setMade} />
          <TestSection organisationId={organisationId} isOn={webhook.isOn} />
        </>
      ) : null}
    </>
  );
}

function NewSecret({ secret, onDone }: { secret: string; onDone: () => void }) {
  return (
    <output className="block">
      <Notice tone="success" title="Signing secret created. Copy it now: you won't see it again.">
        <code className="my-2 block max-w-full overflow-x-auto rounded-md border border-line bg-surface p-2 text-ink select-all">
          {secret}
        </code>
        <p className="mb-2">
          Give it to the receiver, which uses it to verify PocketSOC's events. Treat it like a password.
        </p>
        <div className="flex flex-wrap gap-2">
          <CopyButton label="Copy secret" value={secret} />
          <Button onClick={onDone}>I have copied it</Button>
        </div>
      </Notice>
    </output>
  );
}

function TestSection({ organisationId, isOn }: { organisationId: string; isOn: boolean }) {
  const { busy, problem, said, run } = useAction();
  return (
    <section>
      <h2 className="mb-1 text-base font-semibold">Try it</h2>
      <p className="mb-3 max-w-prose text-muted">
        {isOn
          ? "Sends a real event. The result appears below."
          : "The webhook is off. Switch it on and save to send a test."}
      </p>
      <ActionButton
        disabled={busy || !isOn}
        onAct={() => run(() => sendTest(organisationId), { say: "A test is on its way." })}
      >
        {busy ? "Sending …" : "Send test"}
      </ActionButton>
      <output className={`mt-2 block empty:hidden ${problem ? "text-danger" : "text-muted"}`}>
        {problem || (isOn ? said : "")}
      </output>
    </section>
  );
}
