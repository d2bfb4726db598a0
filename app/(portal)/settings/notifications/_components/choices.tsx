import type { ReactNode } from "react";

type ChoicesProps = {
  legend: string;
  isLegendHidden?: boolean;
  offered: readonly { id: string; label: string }[];
  chosen: readonly string[];
  onChange: (chosen: string[]) => void;
};

/** Any number of a few. */
export function Choices({ legend, isLegendHidden = false, offered, chosen, onChange }: ChoicesProps) {
  return (
    <fieldset>
      <legend className={isLegendHidden ? "sr-only" : "mb-1 font-medium"}>{legend}</legend>
      <div className="flex flex-wrap gap-x-5 gap-y-1">
        {offered.map(({ id, label }) => (
          <label key={id} className="flex min-h-11 items-center gap-2 md:min-h-0">
            <input
              type="checkbox"
              className="size-5 md:size-4"
              checked={chosen.includes(id)}
              onChange={() =>
                onChange(chosen.includes(id) ? chosen.filter((other) => other !== id) : [...chosen, id])
              }
            />
            {label}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

type EitherProps = {
  legend: string;
  name: string;
  usual: string;
  other: string;
  isOther: boolean;
  onChange: (isOther: boolean) => void;
  children: ReactNode;
};

/** The usual, or something else that is then said below it. */
export function Either({ legend, name, usual, other, isOther, onChange, children }: EitherProps) {
  return (
    <fieldset>
      <legend className="mb-1 font-medium">{legend}</legend>
      <div className="flex flex-wrap gap-x-5 gap-y-1">
        {[false, true].map((value) => (
          <label key={String(value)} className="flex min-h-11 items-center gap-2 md:min-h-0">
            <input
              type="radio"
              name={name}
              className="size-5 md:size-4"
              checked={isOther === value}
              onChange={() => onChange(value)}
            />
            {value ? other : usual}
          </label>
        ))}
      </div>
      {isOther ? <div className="mt-3 border-l-2 border-line pl-4">{children}</div> : null}
    </fieldset>
  );
}
