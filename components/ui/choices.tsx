import type { ComponentProps, ReactNode } from "react";

type RowProps = ComponentProps<"input"> & {
  type: "checkbox" | "radio";
  /** whether the row belongs to a column of rows; otherwise the rows share a line */
  isRoomy?: boolean;
  /** CSS classes of the label */
  className?: string;
  children: ReactNode;
};

/** A checkbox or a radio button with its label, 44 px high on phones. */
export function ChoiceRow({ isRoomy = false, className = "", children, ...input }: RowProps) {
  return (
    <label
      className={`flex min-h-11 items-center gap-2 ${isRoomy ? "md:min-h-8" : "md:min-h-0"} ${className}`}
    >
      <input className={isRoomy ? "size-5 shrink-0" : "size-5 md:size-4"} {...input} />
      {children}
    </label>
  );
}

type ChoicesProps<Id extends string> = {
  legend: string;
  isLegendHidden?: boolean;
  offered: readonly { id: Id; label: string }[];
  chosen: readonly Id[];
  onChange: (chosen: Id[]) => void;
};

/** A group of checkboxes. */
export function Choices<Id extends string>(props: ChoicesProps<Id>) {
  const { legend, isLegendHidden = false, offered, chosen, onChange } = props;
  const toggle = (id: Id) =>
    onChange(chosen.includes(id) ? chosen.filter((other) => other !== id) : [...chosen, id]);
  return (
    <fieldset>
      <legend className={isLegendHidden ? "sr-only" : "mb-1 font-medium"}>{legend}</legend>
      <div className="flex flex-wrap gap-x-5 gap-y-1">
        {offered.map(({ id, label }) => (
          <ChoiceRow key={id} type="checkbox" checked={chosen.includes(id)} onChange={() => toggle(id)}>
            {label}
          </ChoiceRow>
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

/**
 * Two radio buttons, for a default and for an alternative. The settings of the alternative appear below while it is chosen.
 */
export function Either({ legend, name, usual, other, isOther, onChange, children }: EitherProps) {
  return (
    <fieldset>
      <legend className="mb-1 font-medium">{legend}</legend>
      <div className="flex flex-wrap gap-x-5 gap-y-1">
        {[false, true].map((value) => (
          <ChoiceRow
            key={String(value)}
            type="radio"
            name={name}
            checked={isOther === value}
            onChange={() => onChange(value)}
          >
            {value ? other : usual}
          </ChoiceRow>
        ))}
      </div>
      {isOther ? <div className="mt-3 border-l-2 border-line pl-4">{children}</div> : null}
    </fieldset>
  );
}
