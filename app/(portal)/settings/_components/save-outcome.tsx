import Link from "next/link";
import { Button, buttonStyle } from "#components/ui/button.tsx";
import { LostNotice } from "#components/ui/lost-notice.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { FailedNotice } from "../../_components/verify-panel.tsx";
import type { ConfigurationFormState } from "./use-configuration-form.ts";

/**
 * The outcome of saving a configuration, and what to do next. `provider` is the name of the platform that holds the alerts.
 */
export function SaveOutcome({ state, provider }: { state: ConfigurationFormState; provider: string }) {
  const { saving, last, saved, submit } = state;
  const { failed, busy } = saving;
  const invalid = last?.type === "invalid" ? last : null;
  return (
    <>
      {saved ? (
        <Notice
          tone="success"
          title={saved.disabled ? "Saved as disabled" : "Saved. The first alerts are on their way."}
        >
          <Link className={`${buttonStyle()} mt-2`} href={saved.disabled ? "/settings" : "/detections"}>
            {saved.disabled ? "Vendor Configurations" : "See detections"}
          </Link>
        </Notice>
      ) : null}
      {failed ? (
        <FailedNotice
          {...failed}
          provider={provider}
          title="Nothing was saved"
          busy={busy}
          onRetry={() => submit(false)}
        >
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
    </>
  );
}
