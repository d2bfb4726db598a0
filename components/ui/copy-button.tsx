"use client";

import { Check, Copy } from "lucide-react";
import { useState } from "react";
import { Button } from "./button.tsx";

type Props = {
  label: string;
  value: string;
  /** what the button displays: icon and label (the default), only the icon, or only the label */
  show?: "all" | "icon" | "words";
  /** the button's accessible name, if the label doesn't say what is copied */
  name?: string;
};

/** A button that copies `value`, and then says whether the browser allowed it. */
export function CopyButton({ label, value, show = "all", name }: Props) {
  const [said, setSaid] = useState<"" | "Copied" | "Not allowed by the browser">("");
  const Mark = said === "Copied" ? Check : Copy;
  const copy = () => {
    navigator.clipboard.writeText(value).then(
      () => setSaid("Copied"),
      () => setSaid("Not allowed by the browser"),
    );
  };
  if (show === "icon") {
    return (
      <button
        type="button"
        aria-label={said || label}
        title={said || label}
        onClick={copy}
        className="inline-flex size-11 shrink-0 cursor-pointer items-center justify-center rounded text-muted hover:text-ink md:size-7"
      >
        <Mark aria-hidden="true" size={14} />
      </button>
    );
  }
  return (
    <Button aria-label={said || name} onClick={copy}>
      {show === "all" ? <Mark aria-hidden="true" size={16} /> : null}
      {said || label}
    </Button>
  );
}
