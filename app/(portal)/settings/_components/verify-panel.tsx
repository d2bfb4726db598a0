import Link from "next/link";
import { Button, buttonStyle } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import type { SaveEvent } from "#lib/services/configurations/save.ts";

const marks = { passed: "✓", warning: "!", failed: "✕", skipped: "–" };
const colours = {
  passed: "text-success",
  warning: "text-medium",
  failed: "text-danger",
  skipped: "text-muted",
};

type Props = { events: SaveEvent[]; busy: boolean; onKeepTrying: () => void; onSaveAsDisabled: () => void };

/** The check as it happens: each finished step with its time, then what became of it. */
export function VerifyPanel({ events, busy, onKeepTrying, onSaveAsDisabled }: Props) {
  const last = events.at(-1);
  const steps = events.filter((event) => event.type === "step");
  return (
    <div aria-live="polite" className="space-y-3">
      <ol className="space-y-2">
        {steps.map(({ step, subscriptionId }) => (
          <li key={`${subscriptionId} ${step.id}`} className="text-sm">
            <p>
              <span aria-hidden="true" className={`mr-2 font-bold ${colours[step.outcome]}`}>
                {marks[step.outcome]}
              </span>
              <span className="font-medium">{step.label}</span>{" "}
              <span className="text-muted">{step.tookMs} ms</span>
            </p>
            <p className="ml-5 text-muted">{step.detail}</p>
            {step.remedy ? <p className="ml-5">{step.remedy}</p> : null}
          </li>
        ))}
      </ol>
      {last?.type === "saved" ? (
        <Notice
          tone="success"
          title={last.disabled ? "Saved, and switched off" : "Saved. The first alerts are on their way."}
        >
          <Link className={`${buttonStyle()} mt-2`} href={last.disabled ? "/settings" : "/detections"}>
            {last.disabled ? "Vendor Configurations" : "See detections"}
          </Link>
        </Notice>
      ) : null}
      {last?.type === "invalid" ? (
        <Notice tone="danger" title="Nothing was saved">
          {last.message}
        </Notice>
      ) : null}
      {last?.type === "failed" ? (
        <Notice tone="danger" title="Nothing was saved">
          <p>
            {last.message}{" "}
            {last.maybeDelay ? "If you changed this in Azure just now: Azure can need up to 10 minutes." : ""}
          </p>
          <p className="my-2">Reference {last.reference}</p>
          <div className="flex flex-wrap gap-2">
            {last.maybeDelay ? (
              <Button disabled={busy} onClick={onKeepTrying}>
                Keep trying
              </Button>
            ) : null}
            <Button disabled={busy} onClick={onSaveAsDisabled}>
              Save as disabled
            </Button>
          </div>
        </Notice>
      ) : null}
    </div>
  );
}
