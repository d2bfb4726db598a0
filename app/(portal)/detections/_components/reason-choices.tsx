import type { KeyboardEvent, Ref } from "react";
import type { TargetStatus } from "#lib/domain/status.ts";
import { judgements, type Reason, reasons } from "#lib/domain/verdict.ts";

/** The reasons that go with a status, in the order of their digits. */
const reasonsFor = (to: TargetStatus): Reason[] =>
  reasons.filter((reason) => judgements[reason].status === to);

/**
 * Returns the reason that goes with a status of itself: Resolved always means a true positive that is dealt with, and with In
 * Progress, if it has that already, only a true positive can be said.
 */
export const impliedReason = (to: TargetStatus, isStaying: boolean): Reason | null =>
  to === "resolved" ? "remediated" : to === "in_progress" && isStaying ? "confirmed" : null;

type Props = {
  ref: Ref<HTMLFieldSetElement>;
  reason: Reason | null;
  onChange: (reason: Reason) => void;
};

/** The reasons for Dismissed. A digit selects one, and Enter sends the form. */
export function ReasonChoices({ ref, reason, onChange }: Props) {
  const offered = reasonsFor("dismissed");
  const onKeyDown = (event: KeyboardEvent<HTMLFieldSetElement>) => {
    if (event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
    const chosen = offered[Number(event.key) - 1];
    if (chosen) onChange(chosen);
    else if (event.key !== "Enter") return;
    event.preventDefault();
    if (event.key === "Enter") event.currentTarget.form?.requestSubmit();
  };
  return (
    // its digits and Enter act wherever the focus is among the choices
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <fieldset ref={ref} tabIndex={-1} className="rounded-md outline-offset-4" onKeyDown={onKeyDown}>
      <legend className="mb-1 text-sm font-medium">Dismiss as</legend>
      <div className="grid grid-cols-2 gap-2">
        {offered.map((each, index) => (
          <label
            key={each}
            className="flex min-h-11 cursor-pointer items-center gap-2 rounded-md border border-line px-3 text-sm font-medium has-checked:border-accent has-checked:bg-chosen has-focus-visible:outline-2 has-focus-visible:outline-accent md:min-h-8"
            title={judgements[each].meaning}
          >
            <input
              type="radio"
              name="reason"
              value={each}
              className="size-4"
              checked={reason === each}
              onChange={() => onChange(each)}
            />
            <kbd
              aria-hidden="true"
              className="rounded border border-line px-1.5 font-mono text-xs text-muted"
            >
              {index + 1}
            </kbd>
            <span>{judgements[each].label}</span>
          </label>
        ))}
      </div>
      {reason ? <p className="mt-1 text-xs text-muted">{judgements[reason].meaning}</p> : null}
    </fieldset>
  );
}
