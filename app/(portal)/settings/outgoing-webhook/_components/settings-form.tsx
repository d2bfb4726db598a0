"use client";

import { useRouter } from "next/navigation";
import { useState, useTransition } from "react";
import { Button } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { problemOfCall } from "#components/ui/use-action.ts";
import { severities, severityLabel } from "#lib/domain/severity.ts";
import type { OutgoingWebhookView } from "#lib/alerting/webhook/get.ts";
import { Field } from "../../_components/field.tsx";
import { change, create } from "../actions.ts";

const offered = severities.filter((one) => one !== "unknown");

type Props = {
  organisationId: string;
  webhook: OutgoingWebhookView | null;
  onMade: (secret: string) => void;
};

/** Address, severities and switch; the first time its secret is made too. */
export function SettingsForm({ organisationId, webhook, onMade }: Props) {
  const router = useRouter();
  const [address, setAddress] = useState(webhook?.address ?? "");
  const [chosen, setChosen] = useState<readonly string[]>(webhook?.severities ?? ["high"]);
  const [isOn, setOn] = useState(webhook?.isOn ?? true);
  const [said, setSaid] = useState<{ tone: "success" | "danger"; title: string } | null>(null);
  const [publicAddressProblem, setAddressProblem] = useState("");
  const [busy, startTransition] = useTransition();
  // what PocketSOC switched off by itself meanwhile is off here too, and not switched on by a Save of something else
  const [wasOn, setWasOn] = useState(webhook?.isOn);
  if (webhook?.isOn !== wasOn) {
    setWasOn(webhook?.isOn);
    if (webhook && wasOn !== undefined && webhook.isOn !== isOn) {
      setOn(webhook.isOn);
      setSaid(null);
    }
  }
  const save = () =>
    startTransition(async () => {
      setAddressProblem("");
      setSaid(null);
      const input = { address, severities: chosen, isOn };
      try {
        const answer = webhook ? await change(organisationId, input) : await create(organisationId, input);
        if (answer.ok && answer.value) onMade(answer.value.secret);
        if (answer.ok) setSaid({ tone: "success", title: "Saved." });
        else if (answer.fields.address) setAddressProblem(answer.fields.address);
        else setSaid({ tone: "danger", title: answer.message });
        router.refresh();
      } catch (error) {
        const unreachable = "The portal could not be reached. Reload the page to see whether it was saved.";
        setSaid({ tone: "danger", title: problemOfCall(error, unreachable) });
      }
    });
  return (
    <form
      noValidate
      aria-label="Outgoing webhook"
      className="max-w-xl space-y-4"
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
        help="It begins with https:// and is on the internet, or at a host that whoever runs PocketSOC allowed."
        problem={publicAddressProblem || undefined}
        value={address}
        onChange={(event) => setAddress(event.target.value)}
      />
      <fieldset>
        <legend className="mb-1 font-medium">Alerts of these severities</legend>
        <div className="flex flex-wrap gap-x-5 gap-y-1">
          {offered.map((one) => (
            <label key={one} className="flex min-h-11 items-center gap-2 md:min-h-0">
              <input
                type="checkbox"
                className="size-5 md:size-4"
                checked={chosen.includes(one)}
                onChange={() =>
                  setChosen(chosen.includes(one) ? chosen.filter((other) => other !== one) : [...chosen, one])
                }
              />
              {severityLabel[one]}
            </label>
          ))}
        </div>
        <p className="mt-1 text-muted">
          {chosen.length === 0
            ? "With none it is told of configurations alone."
            : "Of configurations that need somebody it is told in any case."}
        </p>
      </fieldset>
      <label className="flex min-h-11 items-center gap-2 font-medium md:min-h-0">
        <input type="checkbox" className="size-5 md:size-4" checked={isOn} onChange={() => setOn(!isOn)} />
        Switched on
      </label>
      <Button type="submit" tone="primary" disabled={busy}>
        {busy ? "Saving …" : webhook ? "Save" : "Set it up"}
      </Button>
      <output className="block empty:hidden">{said ? <Notice {...said} /> : null}</output>
    </form>
  );
}
