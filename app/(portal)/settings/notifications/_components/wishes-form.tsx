"use client";

import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import type { Wishes } from "#lib/domain/notification.ts";
import { severities, severityLabel } from "#lib/domain/severity.ts";
import { setWishes } from "../actions.ts";
import { useOutcome } from "./use-outcome.ts";

const offered = severities.filter((one) => one !== "unknown");

/** What a person wishes to be told of, on all their devices. */
export function WishesForm({ organisationId, wishes }: { organisationId: string; wishes: Wishes }) {
  const [isOn, setOn] = useState(wishes.isOn);
  const [chosen, setChosen] = useState<readonly string[]>(wishes.severities);
  const { said, busy, run } = useOutcome();
  const save = () => run(() => setWishes(organisationId, { isOn, severities: chosen }), "Saved.");
  return (
    <form
      className="space-y-3"
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <label className="flex min-h-11 items-center gap-2 md:min-h-0">
        <input type="checkbox" className="size-5 md:size-4" checked={isOn} onChange={() => setOn(!isOn)} />
        Notify me
      </label>
      <fieldset disabled={!isOn} className="disabled:opacity-55">
        <legend className="mb-1 font-medium">Of new alerts of these severities</legend>
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
      </fieldset>
      <p className="max-w-prose text-muted">
        A High alert that would reach nobody goes to the admins all the same.
      </p>
      <Button type="submit" disabled={busy}>
        {busy ? "Saving …" : "Save"}
      </Button>
      <output className="block empty:hidden">{said ? <Notice {...said} /> : null}</output>
    </form>
  );
}
