import { useEffect, useEffectEvent, useRef } from "react";
import Link from "next/link";
import { Button, buttonStyle } from "#components/ui/button.tsx";
import { LostNotice } from "#components/ui/lost-notice.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { FailedNotice, firstAlerts } from "../../_components/verify-panel.tsx";
import type { ConfigurationFormState } from "./use-configuration-form.ts";

/**
 * The outcome of saving a configuration, and what to do next; it takes the focus when the check that the person started ends.
 * `provider` is the name of the platform that holds the alerts.
 */
export function SaveOutcome({ state, provider }: { state: ConfigurationFormState; provider: string }) {
  const { saving, last, saved, finished, submit, retry } = state;
  const { failed, busy } = saving;
  const steps = saving.events.filter((event) => event.type === "step");
  const invalid = last?.type === "invalid" ? last : null;
  const ref = useRef<HTMLDivElement>(null);
  // it is below the fold; a field with a message has the focus already, and the page is leaving for a sign-in
  const focusOutcome = useEffectEvent(() => {
    const isElsewhere =
      last?.type === "sign_in" || (invalid !== null && Object.keys(invalid.fields).length > 0);
    if (!isElsewhere) ref.current?.focus();
  });
  useEffect(() => {
    if (finished > 0) focusOutcome();
  }, [finished]);
  return (
    <div ref={ref} tabIndex={-1} className="scroll-m-4 space-y-4 empty:hidden">
      {saved ? (
        <Notice tone="success" title={saved.disabled ? "Saved as disabled" : `Saved. ${firstAlerts(steps)}`}>
          <Link className={`${buttonStyle()} mt-2`} href={saved.disabled ? "/settings" : "/detections"}>
            {saved.disabled ? "Vendor Configurations" : "See detections"}
          </Link>
        </Notice>
      ) : null}
      {failed ? (
        <FailedNotice {...failed} provider={provider} title="Nothing was saved" busy={busy} onRetry={retry}>
          <Button disabled={busy} onClick={() => submit(true)}>
            Save as disabled
          </Button>
        </FailedNotice>
      ) : null}
      {invalid ? (
        <div role="alert">
          <Notice tone="danger" title="Nothing was saved">
            {invalid.message}{" "}
            {invalid.existingId ? (
              <Link className="text-accent underline" href={`/settings/configurations/${invalid.existingId}`}>
                Open that configuration
              </Link>
            ) : null}
          </Notice>
        </div>
      ) : null}
      <LostNotice last={last}>
        See under Vendor Configurations whether it was saved before you save again.
      </LostNotice>
    </div>
  );
}
