"use client";

import { Check, Copy } from "lucide-react";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";

/** Observations `value` and says so; when the browser refuses, says that instead. */
export function CopyButton({ label, value, small }: { label: string; value: string; small?: boolean }) {
  const [said, setSaid] = useState<"" | "Copied" | "Not allowed by the browser">("");
  const copy = () => {
    navigator.clipboard.writeText(value).then(
      () => setSaid("Copied"),
      () => setSaid("Not allowed by the browser"),
    );
  };
  if (small) {
    return (
      <button
        type="button"
        aria-label={said || label}
        title={said || label}
        onClick={copy}
        className="inline-flex size-11 shrink-0 cursor-pointer items-center justify-center rounded text-muted hover:text-ink md:size-7"
      >
        {said === "Copied" ? <Check aria-hidden="true" size={14} /> : <Copy aria-hidden="true" size={14} />}
      </button>
    );
  }
  return (
    <Button onClick={copy}>
      {said === "Copied" ? <Check aria-hidden="true" size={16} /> : <Copy aria-hidden="true" size={16} />}
      {said || label}
    </Button>
  );
}
