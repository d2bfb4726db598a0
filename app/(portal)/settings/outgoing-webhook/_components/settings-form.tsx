"use client";

import { useMemo, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { ChoiceRow, Choices } from "#components/ui/choices.tsx";
import { Field } from "#components/ui/field.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { useAction } from "#components/ui/use-action.ts";
import { useChanges } from "#components/ui/use-changes.ts";
import { severities, severityLabel } from "#lib/domain/severity.ts";
import type { OutgoingWebhookView } from "#lib/alerting/webhook/get.ts";
import { change, create } from "../actions.ts";

const offered = severities
  .filter((severity) => severity !== "unknown")
  .map((severity) => ({ id: severity, label: severityLabel[severity] }));

type Props = {
  organisationId: string;
  webhook: OutgoingWebhookView | null;
  onMade: (secret: string) => void;
};

/**
 * A form for the outgoing webhook: the address, the severities and the switch. The first save also creates the signing
 * secret.
 */
export function SettingsForm({ organisationId, webhook, onMade }: Props) {
  const saved = useMemo(
    () => ({
      address: webhook?.address ?? "",
      severities: (webhook?.severities ?? ["high"]) as readonly string[],
      isOn: webhook?.isOn ?? true,
    }),
    [webhook],
  );
  const { values, unsaved, change: setValues, noteSaved } = useChanges(saved);
  const [refusedAddress, setRefusedAddress] = useState("");
  const saving = useAction("The portal could not be reached. Reload the page to see whether it was saved.");
  const save = () => {
    setRefusedAddress("");
    saving.run<{ secret: string } | void>(
      () => (webhook ? change(organisationId, unsaved) : create(organisationId, values)),
      {
        say: "Saved.",
        done: (made) => {
          noteSaved(webhook ? unsaved : values);
          if (made) onMade(made.secret);
        },
        refused: ({ fields }) => setRefusedAddress(fields.address ?? ""),
      },
    );
  };
  return (
    <form
      noValidate
      aria-label="Outgoing webhook"
      className="max-w-xl space-y-4"
      onChange={saving.clear}
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <Field
        id="outgoing-address"
        label="Address"
        type="url"
        inputMode="url"
        placeholder="https://hooks.example.com/pocketsoc"
        help="An https:// address on the internet, or a host that the operator of PocketSOC allowed."
        problem={refusedAddress || undefined}
        value={values.address}
        onChange={(event) => setValues({ address: event.target.value })}
      />
      <div>
        <Choices
          legend="Alerts of these severities"
          offered={offered}
          chosen={values.severities}
          onChange={(chosen) => setValues({ severities: chosen })}
        />
        <p className="mt-1 text-muted">
          {values.severities.length === 0
            ? "With no severity, only connection problems are sent."
            : "Connection problems are always sent."}
        </p>
      </div>
      <ChoiceRow
        type="checkbox"
        className="font-medium"
        checked={values.isOn}
        onChange={() => setValues({ isOn: !values.isOn })}
      >
        Switched on
      </ChoiceRow>
      <Button type="submit" tone="primary" disabled={saving.busy}>
        {saving.busy ? "Saving …" : webhook ? "Save" : "Set it up"}
      </Button>
      <output className="block empty:hidden">
        {saving.said && !webhook?.offBecause ? <Notice tone="success" title={saving.said} /> : null}
        {saving.problem && !refusedAddress ? <Notice tone="danger" title={saving.problem} /> : null}
      </output>
    </form>
  );
}
