"use client";

import { Check, Minus, TriangleAlert, X } from "lucide-react";
import { type ReactNode, useEffect, useEffectEvent, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import type { StepEvent } from "#lib/sources/configurations/verify.ts";

const marks = {
  passed: { Mark: Check, colour: "text-success", word: "Passed" },
  warning: { Mark: TriangleAlert, colour: "text-medium", word: "Note" },
  failed: { Mark: X, colour: "text-danger", word: "Failed" },
  skipped: { Mark: Minus, colour: "text-muted", word: "Skipped" },
};

type StepsProps = {
  steps: StepEvent[];
  busy: boolean;
  /** the vendor's name for the platform that holds the alerts */
  provider: string;
};

/** The finished steps of a check at the vendor. Each has its duration, a sentence and, if something is wrong, a remedy. */
export function StepList({ steps, busy, provider }: StepsProps) {
  if (steps.length === 0 && !busy) return null;
  const several = new Set(steps.map((one) => one.scopeId)).size > 1;
  return (
    <ol
      aria-live="polite"
      aria-label="Check"
      className="space-y-3 rounded-md border border-line bg-raised p-4"
    >
      {steps.map(({ step, scopeId }, index) => {
        const { Mark, colour, word } = marks[step.outcome];
        const first = several && steps[index - 1]?.scopeId !== scopeId;
        return (
          <li key={`${scopeId} ${step.id}`} className="text-sm">
            {first ? <p className="mb-2 font-mono text-xs text-muted">{scopeId}</p> : null}
            <div className="flex gap-2">
              <Mark aria-hidden="true" size={16} className={`mt-0.5 shrink-0 ${colour}`} />
              <div className="min-w-0 flex-1">
                <p className="flex gap-2">
                  <span className="font-medium">
                    <span className="sr-only">{word}: </span>
                    {step.label}
                  </span>
                  <span className="ml-auto text-muted tabular-nums">{`${step.tookMs} ms`}</span>
                </p>
                <p className="break-words text-muted">{step.detail}</p>
                {step.remedy ? <p className="break-words">{step.remedy}</p> : null}
              </div>
            </div>
          </li>
        );
      })}
      {busy ? <li className="text-sm text-muted">{`Asking ${provider} …`}</li> : null}
    </ol>
  );
}

/** What follows after saving, as the check found: alerts, or none while no plan of any scope is on. */
export function firstAlerts(steps: readonly StepEvent[]): string {
  const scopes = new Set(steps.map(({ scopeId }) => scopeId));
  const silent = new Set(
    steps.flatMap(({ scopeId, step: { facts } }) =>
      Array.isArray(facts.plans) && facts.plans.length === 0 ? [scopeId] : [],
    ),
  );
  return scopes.size > 0 && silent.size === scopes.size
    ? "No alerts will come yet; the check says why."
    : "The first alerts are on their way.";
}

const retryEverySeconds = 30;
const retriesMax = 20;

type FailedProps = {
  title: string;
  message: string;
  reference: string;
  /** the vendor's name for the platform that holds the alerts */
  provider: string;
  maybeDelay: boolean;
  busy: boolean;
  onRetry: () => void;
  children?: ReactNode;
};

/**
 * A failed check at the vendor. If the vendor may only be slow to apply a change, the person can let the check repeat for ten
 * minutes.
 */
export function FailedNotice(props: FailedProps) {
  const { title, message, reference, provider, maybeDelay, busy, onRetry, children } = props;
  return (
    <div role="alert">
      <Notice tone="danger" title={title}>
        <p>{message}</p>
        {maybeDelay ? (
          <p className="mt-2">{`If you just changed this in ${provider}, it can take up to 10 minutes to apply.`}</p>
        ) : null}
        {reference ? (
          <p className="mt-2">
            Reference <span className="font-mono">{reference}</span>
          </p>
        ) : null}
        <div className="mt-3 flex flex-wrap gap-2 empty:hidden">
          {maybeDelay ? <KeepTrying busy={busy} onRetry={onRetry} /> : null}
          {children}
        </div>
      </Notice>
    </div>
  );
}

/**
 * A button that repeats a failed check every 30 seconds. The button counts its retries, so the parent must keep it mounted
 * between retries.
 */
function KeepTrying({ busy, onRetry }: { busy: boolean; onRetry: () => void }) {
  const [left, setLeft] = useState<number | null>(null);
  const [tries, setTries] = useState(0);
  const tick = useEffectEvent(() => {
    if (left === null) return;
    if (left > 1) return setLeft(left - 1);
    const more = tries + 1 < retriesMax;
    setTries(tries + 1);
    setLeft(more ? retryEverySeconds : null);
    onRetry();
  });
  const isCounting = left !== null && !busy;
  useEffect(() => {
    if (!isCounting) return;
    const timer = setInterval(() => tick(), 1_000);
    return () => clearInterval(timer);
  }, [isCounting]);
  if (left === null) {
    return (
      <Button
        disabled={busy}
        onClick={() => {
          setTries(0);
          setLeft(retryEverySeconds);
          onRetry();
        }}
      >
        Keep trying
      </Button>
    );
  }
  return (
    <>
      <output className="self-center">
        {busy ? "Trying again …" : `Trying again in ${left} s, for up to 10 minutes.`}
      </output>
      <Button onClick={() => setLeft(null)}>Stop</Button>
    </>
  );
}
