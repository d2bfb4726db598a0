"use client";

import { Check, Copy } from "lucide-react";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { show } from "../actions.ts";

type Props = { organisationId: string; id: string; label: string };

/** Asks for the whole URL, which the audit log notes, and copies it. When the browser refuses, shows it instead. */
export function CopyUrl({ organisationId, id, label }: Props) {
  const [said, setSaid] = useState<"" | "Copied">("");
  const [problem, setProblem] = useState("");
  const [shown, setShown] = useState<string | null>(null);
  const copy = async () => {
    setProblem("");
    setSaid("");
    setShown(null);
    let url: string | null = null;
    const asked = show(organisationId, id).then((answer) => {
      if (!answer.ok) throw new Error(answer.message);
      url = answer.value.url;
      return new Blob([url], { type: "text/plain" });
    });
    try {
      // written as a promise: some browsers allow it only within the click itself
      await navigator.clipboard.write([new ClipboardItem({ "text/plain": asked })]);
      setSaid("Copied");
    } catch {
      const failed = await asked.then(
        () => null,
        (error: unknown) => error,
      );
      if (failed) setProblem(wordsOf(failed));
      else setShown(url);
    }
  };
  return (
    <>
      <Button tone="primary" aria-label={said || label} onClick={() => void copy()}>
        {said ? <Check aria-hidden="true" size={16} /> : <Copy aria-hidden="true" size={16} />}
        {said || "Copy"}
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

// what the action said is an Error of ours; a failed request is one of the browser's
const wordsOf = (error: unknown) =>
  error instanceof Error && !(error instanceof TypeError)
    ? error.message
    : "The portal could not be reached, so nothing was copied.";
