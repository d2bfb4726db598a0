"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { useAction } from "#components/ui/use-action.ts";
import { confirmationWord, isConfirmation } from "#lib/domain/confirmation.ts";
import type { CheckEvent } from "#lib/sources/configurations/check.ts";
import { check, remove, setDisabled } from "../actions.ts";
import { inputStyle } from "./field.tsx";
import { LostNotice } from "./lost-notice.tsx";
import { useStream } from "./use-stream.ts";
import { FailedNotice, StepList } from "./verify-panel.tsx";
import { Notice } from "#components/ui/notice.tsx";

type Props = { id: string; displayName: string; disabled: boolean };
type Asked = "check" | "disable" | "delete" | null;

/** Check again, Disable or Enable, Delete: for a card of the list and for the configuration's page. */
export function ConfigurationActions({ id, displayName, disabled }: Props) {
  const router = useRouter();
  const [asked, setAsked] = useState<Asked>(null);
  const { busy, problem, run } = useAction(
    "The portal could not be reached. Reload the page to see what stands, then try again.",
  );
  return (
    <>
      <Button onClick={() => setAsked("check")}>Check again</Button>
      <Button
        disabled={busy}
        onClick={() => (disabled ? run(() => setDisabled(id, false)) : setAsked("disable"))}
      >
        {disabled ? "Enable" : "Disable"}
      </Button>
      <Button tone="danger" onClick={() => setAsked("delete")}>
        Delete
      </Button>
      {problem && asked === null ? (
        <p role="alert" className="w-full text-danger">
          {problem}
        </p>
      ) : null}
      {asked === "check" ? (
        <CheckDialog id={id} displayName={displayName} onClose={() => setAsked(null)} />
      ) : null}
      {asked === "disable" ? (
        <Dialog title={`Disable ${displayName}?`} onClose={() => setAsked(null)}>
          <p className="text-sm">
            Nothing is read from Azure and no status is sent until you enable it again. Its detections stay.
          </p>
          {problem ? (
            <p role="alert" className="mt-2 text-sm text-danger">
              {problem}
            </p>
          ) : null}
          <div className="mt-4 flex gap-2">
            <Button
              tone="primary"
              disabled={busy}
              onClick={() =>
                run(
                  () => setDisabled(id, true),
                  () => setAsked(null),
                )
              }
            >
              Disable
            </Button>
            <Button onClick={() => setAsked(null)}>Cancel</Button>
          </div>
        </Dialog>
      ) : null}
      {asked === "delete" ? (
        <DeleteDialog
          displayName={displayName}
          busy={busy}
          problem={problem}
          onClose={() => setAsked(null)}
          onDelete={(typed) =>
            run(
              () => remove(id, typed),
              () => {
                setAsked(null);
                router.push("/settings");
              },
            )
          }
        />
      ) : null}
    </>
  );
}

function CheckDialog({ id, displayName, onClose }: { id: string; displayName: string; onClose: () => void }) {
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
            Signs in afresh, lists the alerts, and looks at plans and rights. Nothing is changed in Azure.
          </p>
        ) : null}
        <StepList steps={steps} busy={busy} />
        {last?.type === "checked" ? (
          <Notice tone="success" title="All checks passed. It is read again now." />
        ) : null}
        {failed ? <FailedNotice {...failed} title="The check failed" busy={busy} onRetry={start} /> : null}
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

function DeleteDialog(props: {
  displayName: string;
  busy: boolean;
  problem: string;
  onClose: () => void;
  onDelete: (typed: string) => void;
}) {
  const { displayName, busy, problem, onClose, onDelete } = props;
  const [typed, setTyped] = useState("");
  return (
    <Dialog title={`Delete ${displayName}?`} onClose={onClose}>
      <form
        className="space-y-3 text-sm"
        onSubmit={(event) => {
          event.preventDefault();
          onDelete(typed);
        }}
      >
        <p>
          Deletes this configuration and every detection it brought, with their timelines and notes. This
          can't be undone. Azure keeps its alerts. The secret goes too, unless another configuration uses it.
        </p>
        <div>
          <label htmlFor="typed">
            Type <strong>{confirmationWord}</strong> to confirm it
          </label>
          <input
            id="typed"
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            className={inputStyle}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
        </div>
        {problem ? (
          <p role="alert" className="text-danger">
            {problem}
          </p>
        ) : null}
        <div className="flex gap-2">
          <Button type="submit" tone="danger" disabled={busy || !isConfirmation(typed)}>
            Delete
          </Button>
          <Button onClick={onClose}>Cancel</Button>
        </div>
      </form>
    </Dialog>
  );
}
