"use client";

import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { useAction } from "#components/ui/use-action.ts";
import { rotate } from "../actions.ts";

type Props = {
  organisationId: string;
  /** the URL in use */
  id: string;
  /** there is an earlier one that still works */
  endsAtOnce: boolean;
};

/** Makes a new URL, after saying what becomes of those that there are. */
export function RotateUrl({ organisationId, id, endsAtOnce }: Props) {
  const [asked, setAsked] = useState(false);
  const { busy, problem, run } = useAction();
  const start = () => {
    run(() => rotate(organisationId, id));
    setAsked(false);
  };
  return (
    <>
      <Button disabled={busy} onClick={() => setAsked(true)}>
        {busy ? "Rotating …" : "Rotate"}
      </Button>
      {asked ? (
        <Dialog title="Rotate this webhook URL?" onClose={() => setAsked(false)}>
          <div className="space-y-2 text-sm">
            <p>
              A new URL is made and works at once. The one in use now works for 24 hours more, so that you can
              give Azure the new one without missing an alert.
            </p>
            {endsAtOnce ? (
              <p className="font-medium">
                The earlier URL of the last rotation ends at once: only two work at a time. If Azure still
                uses that one, give it a newer one first.
              </p>
            ) : null}
            <p>If this URL has leaked, revoke it as soon as Azure has the new one.</p>
          </div>
          <div className="mt-4 flex gap-2">
            <Button tone="primary" onClick={start}>
              Rotate it
            </Button>
            <Button onClick={() => setAsked(false)}>Cancel</Button>
          </div>
        </Dialog>
      ) : null}
      <output className="order-last w-full text-danger empty:hidden">{problem}</output>
    </>
  );
}
