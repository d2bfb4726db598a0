"use client";

import { Check, Copy } from "lucide-react";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { useAction } from "#components/ui/use-action.ts";
import { show } from "../actions.ts";

type Props = { organisationId: string; id: string; label: string };

/**
 * A button that fetches the whole webhook URL and copies it. The audit log records each fetch. If the browser refuses to
 * copy, the URL is displayed.
 */
export function CopyUrl({ organisationId, id, label }: Props) {
  const [isDone, setDone] = useState(false);
  const [shown, setShown] = useState<string | null>(null);
  const { problem, run } = useAction("The portal could not be reached, so nothing was copied.", {
    refreshes: false,
  });
  const copy = () => {
    setDone(false);
    setShown(null);
    run(
      async () => {
        const asked = show(organisationId, id);
        const isDoneByBrowser = await isCopied(asked);
        const answer = await asked;
        if (!answer.ok) return answer;
        return { ok: true, value: isDoneByBrowser ? null : answer.value.url };
      },
      {
        done: (url) => {
          setDone(url === null);
          setShown(url);
        },
      },
    );
  };
  return (
    <>
      <Button tone="primary" aria-label={isDone ? "Copied" : label} onClick={copy}>
        {isDone ? <Check aria-hidden="true" size={16} /> : <Copy aria-hidden="true" size={16} />}
        {isDone ? "Copied" : "Copy"}
      </Button>
      {shown ? (
        <div className="order-last w-full">
          <p className="text-muted">The browser didn't allow copying. Select it yourself:</p>
          <code className="mt-1 block rounded-md border border-line p-2 font-mono text-xs [overflow-wrap:anywhere] select-all">
            {shown}
          </code>
        </div>
      ) : null}
      <output className="order-last w-full text-danger empty:hidden">{problem}</output>
    </>
  );
}

/** Copies the URL once the portal has sent it. Returns false if the browser refuses to copy or the portal sends no URL. */
async function isCopied(asked: ReturnType<typeof show>): Promise<boolean> {
  try {
    // passed as a promise, because some browsers allow copying only within the click
    const text = asked.then((answer) => {
      if (!answer.ok) throw new Error(answer.code);
      return new Blob([answer.value.url], { type: "text/plain" });
    });
    await navigator.clipboard.write([new ClipboardItem({ "text/plain": text })]);
    return true;
  } catch {
    // the caller says so, and shows the URL to copy by hand
    return false;
  }
}
