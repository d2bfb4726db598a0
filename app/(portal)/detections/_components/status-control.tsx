"use client";

import { useRouter } from "next/navigation";
import { useEffect, useState, useTransition } from "react";
import { Button, buttonStyle } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { type Status, statusLabel, statusMeaning, type TargetStatus } from "#lib/domain/status.ts";
import { acknowledge, setStatus, undoStatus } from "../actions.ts";

type Props = {
  id: string;
  status: Status;
  pendingStatus: TargetStatus | null;
  pendingChangeId: string | null;
  allowed: TargetStatus[];
  canAcknowledge: boolean;
  azureUrl: string | null;
};

export function StatusControl(props: Props) {
  const router = useRouter();
  const [problem, setProblem] = useState<string | null>(null);
  const [note, setNote] = useState("");
  const [busy, startTransition] = useTransition();

  // while a change is on its way, look again until Azure has answered
  useEffect(() => {
    if (!props.pendingStatus) return;
    const timer = setInterval(() => router.refresh(), 2_000);
    return () => clearInterval(timer);
  }, [props.pendingStatus, router]);

  function change(to: TargetStatus) {
    startTransition(async () => {
      const answer = await setStatus({ items: [{ id: props.id, expected: props.status }], to, note });
      const [result] = answer.ok ? answer.value : [];
      setProblem(answer.ok ? (result?.outcome === "refused" ? result.message : null) : answer.message);
      if (answer.ok) setNote("");
      router.refresh();
    });
  }

  return (
    <div className="space-y-3">
      {props.pendingStatus ? (
        <Notice
          title={`${props.pendingChangeId ? "About to send" : "Sending"} ${statusLabel[props.pendingStatus]} to Azure …`}
        >
          {props.pendingChangeId ? (
            <Button
              className="mt-2"
              disabled={busy}
              onClick={() =>
                startTransition(async () => {
                  const answer = await undoStatus([props.pendingChangeId]);
                  const undone = answer.ok && answer.value[0]?.undone;
                  setProblem(
                    undone
                      ? null
                      : "It was sent already, so it can't be taken back. Change it again if you need to.",
                  );
                  router.refresh();
                })
              }
            >
              Undo
            </Button>
          ) : null}
        </Notice>
      ) : null}
      {problem ? (
        <div role="alert">
          <Notice tone="danger" title="Nothing was changed">
            {problem}
          </Notice>
        </div>
      ) : null}
      {props.allowed.length > 0 ? (
        <div className="space-y-2 rounded-md border border-line bg-raised p-3">
          <label className="block text-sm">
            <span className="font-medium">Note</span>{" "}
            <span className="text-muted">(needed for Dismissed)</span>
            <textarea
              className="mt-1 block min-h-16 w-full rounded-md border border-line bg-raised p-2 text-base md:text-sm"
              maxLength={500}
              value={note}
              onChange={(event) => setNote(event.target.value)}
            />
          </label>
          <div className="flex flex-wrap gap-2">
            {props.allowed.map((to) => (
              <Button key={to} title={statusMeaning[to]} disabled={busy} onClick={() => change(to)}>
                {statusLabel[to]}
              </Button>
            ))}
          </div>
        </div>
      ) : null}
      <div className="flex flex-wrap gap-2">
        {props.canAcknowledge ? (
          <Button
            tone="primary"
            disabled={busy}
            onClick={() =>
              startTransition(async () => {
                const answer = await acknowledge([props.id]);
                setProblem(answer.ok ? null : answer.message);
                router.refresh();
              })
            }
          >
            Acknowledge
          </Button>
        ) : null}
        {props.azureUrl ? (
          <a
            className={buttonStyle({ tone: "quiet" })}
            href={props.azureUrl}
            target="_blank"
            rel="noreferrer"
          >
            Open in Azure
          </a>
        ) : null}
      </div>
    </div>
  );
}
