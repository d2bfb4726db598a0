import type { ComponentProps, ReactNode } from "react";

export const inputStyle =
  "mt-1 block min-h-11 w-full rounded-md border border-field bg-raised px-3 py-2 text-base aria-invalid:border-danger md:min-h-8 md:py-1 md:text-sm";

type Labelled = { id: string; label: string; help?: ReactNode; problem?: string | undefined };

/** A control with its label above and its help text below. If there is a problem, the problem replaces the help text. */
function Labelled({ id, label, help, problem, children }: Labelled & { children: ReactNode }) {
  return (
    <div>
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      {children}
      <p id={`${id}-help`} className={`mt-1 text-sm empty:hidden ${problem ? "text-danger" : "text-muted"}`}>
        {problem ?? help}
      </p>
    </div>
  );
}

const linked = ({ id, problem }: Labelled) => ({
  id,
  "aria-invalid": problem ? true : undefined,
  "aria-describedby": `${id}-help`,
  className: inputStyle,
});

/** Keeps password managers from filling in a secret, or saving it: browsers, 1Password, Bitwarden, LastPass and Dashlane. */
const unmanaged = {
  autoComplete: "new-password",
  "data-1p-ignore": true,
  "data-bwignore": true,
  "data-lpignore": "true",
  "data-form-type": "other",
};

/** An input with a label. With type `password` it is for a secret of a program, which no password manager should fill in. */
export function Field({ label, help, problem, ...input }: ComponentProps<"input"> & Labelled) {
  const labelled = { id: input.id, label, help, problem };
  const managed = input.type === "password" ? unmanaged : { autoComplete: "off" };
  return (
    <Labelled {...labelled}>
      <input {...managed} spellCheck={false} {...linked(labelled)} {...input} />
    </Labelled>
  );
}

/** A select with a label. Its children are the options. */
export function SelectField({ label, help, problem, ...select }: ComponentProps<"select"> & Labelled) {
  const labelled = { id: select.id, label, help, problem };
  return (
    <Labelled {...labelled}>
      <select {...linked(labelled)} {...select} />
    </Labelled>
  );
}

/** A textarea with a label. */
export function TextField({ label, help, problem, ...text }: ComponentProps<"textarea"> & Labelled) {
  const labelled = { id: text.id, label, help, problem };
  return (
    <Labelled {...labelled}>
      <textarea {...linked(labelled)} {...text} />
    </Labelled>
  );
}

/** A select without a visible label, for use within a line of text. `aria-label` must name it. */
export function Select({ className = "", ...select }: ComponentProps<"select">) {
  return (
    <select
      className={`min-h-11 max-w-full rounded-md border border-line bg-raised px-2 text-base md:min-h-8 md:text-sm ${className}`}
      {...select}
    />
  );
}
