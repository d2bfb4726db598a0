import type { ComponentProps } from "react";

export const inputStyle =
  "mt-1 block min-h-11 w-full rounded-md border border-line bg-raised px-3 py-2 text-base aria-invalid:border-danger md:min-h-9 md:text-sm";

type Props = ComponentProps<"input"> & { id: string; label: string; help?: string; problem?: string };

/** A labelled input; its help gives way to what is wrong with it. */
export function Field({ label, help, problem, ...input }: Props) {
  return (
    <div>
      <label htmlFor={input.id} className="text-sm font-medium">
        {label}
      </label>
      <input
        autoComplete="off"
        spellCheck={false}
        aria-invalid={problem ? true : undefined}
        aria-describedby={`${input.id}-help`}
        className={inputStyle}
        {...input}
      />
      <p id={`${input.id}-help`} className={`mt-1 text-sm ${problem ? "text-danger" : "text-muted"}`}>
        {problem ?? help}
      </p>
    </div>
  );
}
