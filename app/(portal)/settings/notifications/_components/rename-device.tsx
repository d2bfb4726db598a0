"use client";

import { useRouter } from "next/navigation";
import { useState, useTransition } from "react";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { problemOfCall } from "#components/ui/use-action.ts";
import type { DeviceItem } from "#lib/alerting/devices/list.ts";
import { rename } from "../actions.ts";

/** Gives a device another name: two phones of one kind are told apart by nothing else. */
export function RenameDevice({ organisationId, device }: { organisationId: string; device: DeviceItem }) {
  const router = useRouter();
  const [asked, setAsked] = useState(false);
  const [name, setName] = useState(device.name);
  const [problem, setProblem] = useState("");
  const [busy, startTransition] = useTransition();
  const save = () =>
    startTransition(async () => {
      try {
        const answer = await rename(organisationId, device.id, name);
        setProblem(answer.ok ? "" : answer.message);
        if (!answer.ok) return;
        setAsked(false);
        router.refresh();
      } catch (error) {
        const unreachable = "The portal could not be reached, so the name wasn't changed. Try again.";
        setProblem(problemOfCall(error, unreachable));
      }
    });
  return (
    <>
      <Button
        aria-label={`Rename ${device.name}`}
        onClick={() => {
          setName(device.name);
          setProblem("");
          setAsked(true);
        }}
      >
        Rename
      </Button>
      {asked ? (
        <Dialog title={`Rename ${device.name}`} onClose={() => setAsked(false)}>
          <form
            className="space-y-4"
            onSubmit={(event) => {
              event.preventDefault();
              save();
            }}
          >
            <label className="block text-sm font-medium">
              Name
              <input
                className="mt-1 block min-h-11 w-full rounded-md border border-line bg-raised px-3 text-base font-normal md:min-h-9 md:text-sm"
                value={name}
                maxLength={60}
                required
                onChange={(event) => setName(event.target.value)}
              />
            </label>
            {problem ? (
              <div role="alert">
                <Notice tone="danger" title={problem} />
              </div>
            ) : null}
            <div className="flex gap-2">
              <Button type="submit" tone="primary" disabled={busy}>
                {busy ? "Saving …" : "Save name"}
              </Button>
              <Button onClick={() => setAsked(false)}>Cancel</Button>
            </div>
          </form>
        </Dialog>
      ) : null}
    </>
  );
}
