"use client";

import { ConfirmButton } from "#components/ui/confirm-button.tsx";
import { rotate } from "../actions.ts";

type Props = {
  organisationId: string;
  /** the id of the URL's token */
  id: string;
  /** whether an earlier URL still works; this rotation would end that URL immediately */
  endsAtOnce: boolean;
  /** the vendor's name for the platform that posts to the URL */
  provider: string;
};

/** A button that creates a new webhook URL. The dialog says what happens to the existing URLs. */
export function RotateUrl({ organisationId, id, endsAtOnce, provider }: Props) {
  return (
    <ConfirmButton
      title="Rotate this webhook URL?"
      text={
        <>
          <p>
            {`Creates a new URL that works immediately. The current one keeps working for 24 hours, so you can give ${provider} the new one without missing an alert.`}
          </p>
          {endsAtOnce ? (
            <p className="font-medium">
              {`Only two URLs work at a time, so the one from before the last rotation stops working immediately. If ${provider} still uses that one, give it a newer one first.`}
            </p>
          ) : null}
          <p>{`If this URL has leaked, revoke it as soon as ${provider} has the new one.`}</p>
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
