"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { ActionButton } from "#components/ui/action-button.tsx";
import { Button } from "#components/ui/button.tsx";
import { ConfirmButton } from "#components/ui/confirm-button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { LostNotice } from "#components/ui/lost-notice.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { useAction } from "#components/ui/use-action.ts";
import { useStream } from "#components/ui/use-stream.ts";
import type { CheckEvent } from "#lib/sources/configurations/check.ts";
import { FailedNotice, StepList } from "../../_components/verify-panel.tsx";
import { check, remove, setDisabled } from "../actions.ts";

type Props = {
  id: string;
  displayName: string;
  disabled: boolean;
  /** the vendor's name for the platform that holds the alerts */
  provider: string;
};

const unreachable =
  "The portal could not be reached. Reload the page to see its current state, then try again.";

/** A configuration's buttons: Check again, Disable or Enable, and Delete. */
export function ConfigurationActions({ id, displayName, disabled, provider }: Props) {
  const router = useRouter();
  return (
    <>
      <CheckButton id={id} displayName={displayName} provider={provider} />
      {disabled ? (
        <EnableButton id={id} />
      ) : (
        <ConfirmButton
          title={`Disable ${displayName}?`}
          text={`PocketSOC stops reading its alerts and sending its status changes to ${provider} until you enable it again. Its detections stay.`}
          confirm="Disable"
          unreachable={unreachable}
          action={() => setDisabled(id, true)}
        >
          Disable
        </ConfirmButton>
      )}
      <ConfirmButton
        tone="danger"
        title={`Delete ${displayName}?`}
        text={`Deletes this configuration and all its detections, with their timelines and notes. This can't be undone. ${provider} keeps its alerts. The secret is deleted too, unless another configuration uses it.`}
        confirm="Delete"
        confirmTone="danger"
        isForGood
        unreachable={unreachable}
        action={(typed) => remove(id, typed)}
        done={() => router.push("/settings")}
      >
        Delete
      </ConfirmButton>
    </>
  );
}

function EnableButton({ id }: { id: string }) {
  const { busy, problem, run } = useAction(unreachable);
  return (
    <>
      <ActionButton disabled={busy} onAct={() => run(() => setDisabled(id, false))}>
        Enable
      </ActionButton>
      {problem ? (
        <p role="alert" className="order-last basis-full text-danger">
          {problem}
        </p>
      ) : null}
    </>
  );
}

type CheckProps = Omit<Props, "disabled">;

function CheckButton(props: CheckProps) {
  const [isAsked, setAsked] = useState(false);
  return (
    <>
      <Button onClick={() => setAsked(true)}>Check again</Button>
      {isAsked ? <CheckDialog {...props} onClose={() => setAsked(false)} /> : null}
    </>
  );
}

function CheckDialog({ id, displayName, provider, onClose }: CheckProps & { onClose: () => void }) {
  const router = useRouter();
  const { events, failed, busy, run } = useStream<CheckEvent>();
  const start = () =>
    void run(
      () => check(id),
      (event) => {
        if (event.type !== "step") router.refresh();
      },
    );
  const steps = events.filter((event) => event.type === "step");
  const last = events.at(-1);
  return (
    <Dialog title={`Check ${displayName}`} onClose={onClose}>
      <div className="space-y-3 text-sm">
        {events.length === 0 && !busy ? (
          <p className="text-muted">
            {`Signs in again, lists the alerts and checks permissions. Nothing is changed in ${provider}.`}
          </p>
        ) : null}
        <StepList steps={steps} busy={busy} provider={provider} />
        {last?.type === "checked" ? (
          <Notice tone="success" title="All checks passed. Its alerts are being read now." />
        ) : null}
        {failed ? (
          <FailedNotice
            {...failed}
            provider={provider}
            title="The check failed"
            busy={busy}
            onRetry={start}
          />
        ) : null}
        <LostNotice last={last}>Try again in a moment.</LostNotice>
        <div className="flex gap-2">
          <Button tone="primary" disabled={busy} onClick={start}>
            {busy ? "Checking …" : events.length > 0 ? "Check once more" : "Check now"}
          </Button>
          <Button onClick={onClose}>Close</Button>
        </div>
      </div>
    </Dialog>
  );
}
