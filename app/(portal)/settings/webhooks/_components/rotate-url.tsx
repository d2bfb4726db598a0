"use client";

import { ConfirmButton } from "#components/ui/confirm-button.tsx";
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
  return (
    <ConfirmButton
      title="Rotate this webhook URL?"
      text={
        <>
          <p>
            A new URL is made and works at once. The one in use now works for 24 hours more, so that you can
            give Azure the new one without missing an alert.
          </p>
          {endsAtOnce ? (
            <p className="font-medium">
              The earlier URL of the last rotation ends at once: only two work at a time. If Azure still uses
              that one, give it a newer one first.
            </p>
          ) : null}
          <p>If this URL has leaked, revoke it as soon as Azure has the new one.</p>
        </>
      }
      confirm="Rotate it"
      busyLabel="Rotating …"
      action={() => rotate(organisationId, id)}
    >
      Rotate
    </ConfirmButton>
  );
}
