"use client";

import { useRouter } from "next/navigation";
import { useState, useTransition } from "react";
import { Button } from "#components/ui/button.tsx";
import { checkAgain, remove, setDisabled } from "../actions.ts";

export function ConfigurationActions({
  id,
  displayName,
  disabled,
}: {
  id: string;
  displayName: string;
  disabled: boolean;
}) {
  const router = useRouter();
  const [said, setSaid] = useState("");
  const [typedName, setTypedName] = useState("");
  const [busy, startTransition] = useTransition();
  const run = (call: () => Promise<{ ok: boolean; message?: string }>, done: string) =>
    startTransition(async () => {
      const answer = await call();
      setSaid(answer.ok ? done : (answer.message ?? ""));
      router.refresh();
    });
  return (
    <div className="mt-3 space-y-2">
      <div className="flex flex-wrap gap-2">
        {disabled ? null : (
          <Button
            disabled={busy}
            onClick={() => run(() => checkAgain(id), "It is read again within seconds.")}
          >
            Check again
          </Button>
        )}
        <Button
          disabled={busy}
          onClick={() => run(() => setDisabled(id, !disabled), disabled ? "Enabled." : "Disabled.")}
        >
          {disabled ? "Enable" : "Disable"}
        </Button>
      </div>
      <details>
        <summary className="cursor-pointer py-2 text-danger">Delete …</summary>
        <p className="mb-2">
          Deletes this configuration and every detection it brought, with their timelines. Azure keeps its
          alerts. Type <strong>{displayName}</strong> to go on.
        </p>
        <div className="flex flex-wrap gap-2">
          <input
            aria-label={`Type ${displayName}`}
            className="min-h-11 flex-1 rounded-md border border-line bg-raised px-2 text-base md:min-h-9 md:text-sm"
            value={typedName}
            onChange={(event) => setTypedName(event.target.value)}
          />
          <Button
            tone="danger"
            disabled={busy || typedName.trim() !== displayName}
            onClick={() => run(() => remove(id, typedName), "Deleted.")}
          >
            Delete
          </Button>
        </div>
      </details>
      <output className="block">{said}</output>
    </div>
  );
}
