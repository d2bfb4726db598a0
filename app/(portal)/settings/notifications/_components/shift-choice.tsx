"use client";

import { Fragment, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { useHydrated } from "#components/ui/now.ts";
import type { Hours } from "#lib/domain/on-call-hours.ts";
import type { Shift, ShiftAnswer } from "#lib/domain/shift.ts";
import { browserZone, HoursEditor } from "./hours-editor.tsx";

const answers: readonly { kind: ShiftAnswer; label: string; meaning: string }[] = [
  { kind: "always", label: "Always", meaning: "New alerts notify you at any hour." },
  {
    kind: "hours",
    label: "In these hours",
    meaning: "Outside them, colleagues on shift are notified. You get a digest when your hours begin.",
  },
  {
    kind: "none",
    label: "I'm not on call",
    meaning:
      "You are notified only of alerts that reach nobody else, and as an admin also of a High one that nobody acknowledges.",
  },
];

const weekdays = [1, 2, 3, 4, 5];
const everyDay = [1, 2, 3, 4, 5, 6, 0];
/** hours that many people have; the first ones are proposed */
const usual = [
  { label: "Weekdays 08–18", days: weekdays, from: "08:00", to: "18:00" },
  { label: "Early 06–14", days: everyDay, from: "06:00", to: "14:00" },
  { label: "Late 14–22", days: everyDay, from: "14:00", to: "22:00" },
  { label: "Night 22–06", days: everyDay, from: "22:00", to: "06:00" },
] as const;

const windowsOf = ({ days, from, to }: (typeof usual)[number]) => days.map((day) => ({ day, from, to }));
const proposed = (timeZone: string | null): Hours => ({
  timeZone: timeZone ?? browserZone(),
  windows: windowsOf(usual[0]),
});

type Props = {
  /** whether only screen readers need the question, because it stands above as the page's title */
  isLegendHidden?: boolean;
  shift: Shift;
  onChange: (shift: Shift) => void;
  nowIso: string;
};

/** The question when a person is on shift, with its three answers and an editor of the hours. */
export function ShiftChoice({ isLegendHidden = false, shift, onChange, nowIso }: Props) {
  // kept while another answer is chosen
  const [hours, setHours] = useState<Hours | null>(
    shift.kind === "hours" ? { timeZone: shift.timeZone, windows: shift.windows } : null,
  );
  const setShiftHours = (next: Hours) => {
    setHours(next);
    onChange({ kind: "hours", ...next });
  };
  const choose = (kind: ShiftAnswer) => {
    if (kind === "hours") setShiftHours(hours ?? proposed(shift.timeZone));
    else onChange({ kind, timeZone: shift.timeZone ?? browserZone() });
  };
  return (
    <fieldset>
      <legend className={isLegendHidden ? "sr-only" : "mb-2 font-medium"}>When are you on shift?</legend>
      <div className="space-y-2">
        {answers.map(({ kind, label, meaning }) => (
          <Fragment key={kind}>
            <label className="flex min-h-11 cursor-pointer items-start gap-3 rounded-md border border-line bg-raised p-3 has-checked:border-accent has-checked:bg-chosen">
              <input
                type="radio"
                name="shift"
                className="mt-0.5 size-5 shrink-0 md:size-4"
                checked={shift.kind === kind}
                onChange={() => choose(kind)}
                aria-describedby={`shift-${kind}`}
                aria-label={label}
              />
              <span>
                <span className="font-medium">{label}</span>
                <span id={`shift-${kind}`} className="block text-muted">
                  {meaning}
                </span>
              </span>
            </label>
            {kind === "hours" && shift.kind === "hours" ? (
              <UsualHours shift={shift} onChange={setShiftHours} nowIso={nowIso} />
            ) : null}
          </Fragment>
        ))}
      </div>
    </fieldset>
  );
}

/** Says what notifies somebody who hasn't answered. `known` is the time zone that the portal knows. */
export function UntilAnswered({ known }: { known: string | null }) {
  const timeZone = useHydrated() ? browserZone() : (known ?? "UTC");
  return (
    <p className="max-w-prose text-muted">
      Until you answer, High alerts notify you at any hour, Medium from 07:00 to 22:00 ({timeZone}), and the
      rest come in a digest at 07:00.
    </p>
  );
}

type HoursProps = { shift: Hours; onChange: (hours: Hours) => void; nowIso: string };

/** The editor of a person's hours, with buttons for hours that many people have. */
function UsualHours({ shift: { timeZone, windows }, onChange, nowIso }: HoursProps) {
  return (
    <div className="space-y-3 border-l-2 border-line pl-3 md:pl-4">
      <fieldset className="flex flex-wrap gap-2">
        <legend className="sr-only">Usual hours</legend>
        {usual.map((one) => (
          <Button key={one.label} onClick={() => onChange({ timeZone, windows: windowsOf(one) })}>
            {one.label}
          </Button>
        ))}
      </fieldset>
      <HoursEditor hours={{ timeZone, windows }} onChange={onChange} nowIso={nowIso} />
    </div>
  );
}
