"use client";

import { Button } from "#components/ui/button.tsx";
import { useHydrated, useNow } from "#components/ui/now.ts";
import { type Hours, isOnCall, isTimeZone, nextStart, type Window } from "#lib/domain/on-call-hours.ts";

/** The days of the week from Monday to Sunday, with their numbers in `Date` (0 is Sunday). */
const days = [
  [1, "Mo", "Monday"],
  [2, "Tu", "Tuesday"],
  [3, "We", "Wednesday"],
  [4, "Th", "Thursday"],
  [5, "Fr", "Friday"],
  [6, "Sa", "Saturday"],
  [0, "Su", "Sunday"],
] as const;
const times = Array.from({ length: 96 }, (_none, quarter) => {
  const two = (value: number) => String(value).padStart(2, "0");
  return `${two(Math.floor(quarter / 4))}:${two((quarter % 4) * 15)}`;
});
/** Returns the name of the browser's time zone. */
export const browserZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;
const selectStyle =
  "min-h-11 rounded-md border border-line bg-raised px-2 text-base md:min-h-8 md:text-sm tabular-nums";

/** A row of the editor: a time window and all days on which it applies. */
type Row = { from: string; to: string; days: number[] };
const rowsOf = (windows: readonly Window[]): Row[] =>
  [...Map.groupBy(windows, ({ from, to }) => `${from} ${to}`).values()].map((alike) => ({
    from: alike[0]?.from ?? "",
    to: alike[0]?.to ?? "",
    days: [...new Set(alike.map(({ day }) => day))],
  }));
const windowsOf = (rows: readonly Row[]): Window[] =>
  rows.flatMap(({ from, to, days: some }) => some.map((day) => ({ day, from, to })));

type Props = { hours: Hours; onChange: (hours: Hours) => void; nowIso: string };

/** An editor of a person's weekly on-call hours in one time zone. */
export function HoursEditor({ hours, onChange, nowIso }: Props) {
  const hydrated = useHydrated();
  const rows = rowsOf(hours.windows);
  const set = (next: Row[]) => onChange({ ...hours, windows: windowsOf(next) });
  return (
    <div className="space-y-3">
      <label className="block">
        Time zone
        <input
          list="time-zones"
          className="mt-1 block min-h-11 w-full max-w-72 rounded-md border border-line bg-raised px-3 text-base md:min-h-8 md:text-sm"
          value={hours.timeZone}
          autoComplete="off"
          spellCheck={false}
          required
          onChange={(event) => onChange({ ...hours, timeZone: event.target.value })}
        />
      </label>
      <datalist id="time-zones">
        {/* the server's list may differ from the browser's */}
        {hydrated
          ? Intl.supportedValuesOf("timeZone").map((name) => <option key={name}>{name}</option>)
          : null}
      </datalist>
      <ul className="space-y-3">
        {rows.map((row, index) => (
          <WindowRow
            // rows have no identity but their position
            // oxlint-disable-next-line react/no-array-index-key
            key={index}
            row={row}
            number={index + 1}
            onChange={(next) => set(rows.map((one, at) => (at === index ? next : one)))}
            onRemove={() => set(rows.filter((_one, at) => at !== index))}
          />
        ))}
      </ul>
      <Button onClick={() => set([...rows, freshRow(rows)])}>Add a window</Button>
      <p className="text-muted">
        {sentence(hours, new Date(useNow(nowIso)), hydrated ? browserZone() : null)}
      </p>
    </div>
  );
}

/** A new row whose times no other row has, because rows with the same times would be merged into one. */
function freshRow(rows: readonly Row[]): Row {
  const isTaken = (from: string, to: string) => rows.some((one) => one.from === from && one.to === to);
  const from = times.find((time) => !isTaken(time, "06:00")) ?? "00:00";
  return isTaken("22:00", "06:00")
    ? { from, to: "06:00", days: [1] }
    : { from: "22:00", to: "06:00", days: [6] };
}

type RowProps = { row: Row; number: number; onChange: (row: Row) => void; onRemove: () => void };

function WindowRow({ row, number, onChange, onRemove }: RowProps) {
  const time = (which: "from" | "to", label: string) => (
    <span className="flex items-center gap-2">
      <label htmlFor={`window-${number}-${which}`}>{label}</label>
      <select
        id={`window-${number}-${which}`}
        className={selectStyle}
        value={row[which]}
        onChange={(event) => onChange({ ...row, [which]: event.target.value })}
      >
        {times.map((one) => (
          <option key={one}>{one}</option>
        ))}
      </select>
    </span>
  );
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 rounded-md border border-line bg-raised p-3">
      {/* seven buttons of 44 px fit a phone */}
      <fieldset className="grid w-full grid-cols-7 md:flex md:w-auto md:gap-1">
        <legend className="sr-only">Days of window {number}</legend>
        {days.map(([day, short, name]) => (
          <label
            key={day}
            className="grid h-11 cursor-pointer place-items-center rounded-md border border-line has-checked:border-accent has-checked:bg-chosen has-checked:font-medium has-focus-visible:outline-2 has-focus-visible:outline-accent md:size-9"
          >
            <input
              type="checkbox"
              className="sr-only"
              aria-label={name}
              checked={row.days.includes(day)}
              // a window needs at least one day
              disabled={row.days.length === 1 && row.days.includes(day)}
              onChange={() =>
                onChange({
                  ...row,
                  days: row.days.includes(day) ? row.days.filter((one) => one !== day) : [...row.days, day],
                })
              }
            />
            <span aria-hidden>{short}</span>
          </label>
        ))}
      </fieldset>
      {time("from", "from")}
      {time("to", "to")}
      {row.to <= row.from ? <span className="text-muted">the next day</span> : null}
      <Button className="ml-auto" aria-label={`Remove window ${number}`} onClick={onRemove}>
        Remove
      </Button>
    </li>
  );
}

/**
 * A sentence that says whether the person is on call now, or when their next on-call hours begin. It names the hours' time zone
 * unless that is `readerZone`.
 */
function sentence(hours: Hours, now: Date, readerZone: string | null): string {
  if (!isTimeZone(hours.timeZone)) return "This time zone is unknown. Choose one from the list.";
  if (hours.windows.length === 0) return "Add a window, or choose another answer.";
  if (isOnCall(hours, now)) return "You're on shift now.";
  const next = nextStart(hours, now);
  if (!next) return "These hours contain no shift.";
  const text = new Intl.DateTimeFormat("en-GB", {
    timeZone: hours.timeZone,
    weekday: "short",
    hour: "2-digit",
    minute: "2-digit",
  });
  // a weekday and a time of another zone would be read as the reader's own
  const zone = hours.timeZone === readerZone ? "" : ` (${hours.timeZone})`;
  return `You're off shift. Next shift: ${text.format(next)}${zone}.`;
}
