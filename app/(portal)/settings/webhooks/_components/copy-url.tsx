"use client";

import { Check, Copy } from "lucide-react";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { problemOfCall } from "#components/ui/use-action.ts";
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
    try {
      const asked = show(organisationId, id);
      if (await isCopied(asked)) return setSaid("Copied");
      const answer = await asked;
      if (answer.ok) setShown(answer.value.url);
      else setProblem(answer.message);
    } catch (error) {
      setProblem(problemOfCall(error, "The portal could not be reached, so nothing was copied."));
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

/** Observations the URL once it is there; false when the browser refuses, or when it doesn't come. */
async function isCopied(asked: ReturnType<typeof show>): Promise<boolean> {
  try {
    // written as a promise: some browsers allow it only within the click itself
    const text = asked.then((answer) => {
      if (!answer.ok) throw new Error(answer.code);
      return new Blob([answer.value.url], { type: "text/plain" });
    });
    await navigator.clipboard.write([new ClipboardItem({ "text/plain": text })]);
    return true;
  } catch {
    return false;
  }
}
