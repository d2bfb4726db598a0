"use client";

import { useState } from "react";
import { Dialog } from "#components/ui/dialog.tsx";
import { keysAreOn, switchKeys, useKeys } from "./use-keys.ts";

const rowsFor = (console: string): [string, string][] => [
  ["j / k, arrows", "Next, previous detection"],
  ["Enter, o", "Open"],
  ["Esc", "Close, or clear the selection"],
  ["x", "Select"],
  ["Shift + J / K", "Extend the selection"],
  ["a", "Acknowledge, or take over"],
  ["Shift + A", "Release"],
  ["!", "Confirm a true positive"],
  ["i", "In Progress"],
  ["r", "Resolved"],
  ["d", "Dismissed: 1 expected, 2 false positive, 3 test, 4 undetermined"],
  ["t", "Back to Active"],
  ["u", "Undo the last change"],
  ["v", `Open in the ${console}`],
  ["y", "Copy the link"],
  ["/", "Search"],
  [".", "Show new alerts"],
  ["g d, g s", "Go to Detections, Settings"],
];

/**
 * A line that says how to find the keyboard shortcuts, and the dialog that lists them. `console` is the name of the vendor's
 * console.
 */
export function KeysHelp({ console }: { console: string }) {
  const [isOpen, setOpen] = useState(false);
  useKeys({ "?": () => setOpen(true) });
  return (
    <>
      <p className="hidden p-4 text-xs text-muted md:block">
        Press <kbd className="rounded border border-line px-1 font-mono">?</kbd> for keyboard shortcuts.
      </p>
      {isOpen ? <KeysDialog rows={rowsFor(console)} onClose={() => setOpen(false)} /> : null}
    </>
  );
}

function KeysDialog({ rows, onClose }: { rows: [string, string][]; onClose: () => void }) {
  const [on, setOn] = useState(keysAreOn);
  return (
    <Dialog title="Keyboard shortcuts" onClose={onClose}>
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 text-sm">
        {rows.map(([keys, what]) => (
          <div key={keys} className="contents">
            <dt className="font-mono text-xs leading-5">{keys}</dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <label className="mt-4 flex min-h-11 items-center gap-2 text-sm">
        <input
          type="checkbox"
          className="size-4"
          checked={on}
          onChange={(event) => {
            switchKeys(event.target.checked);
            setOn(event.target.checked);
          }}
        />
        Single-key shortcuts are on in this browser
      </label>
    </Dialog>
  );
}
