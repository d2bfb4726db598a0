"use client";

import { useState } from "react";
import { type Answer, useAction } from "../ui/use-action.ts";

type Organisation = { id: string; name: string };

/**
 * The current organisation's name, or a select for people who are in several organisations. `choose` opens another
 * organisation.
 */
export function OrganisationSwitcher({
  current,
  organisations,
  choose,
}: {
  current: Organisation;
  organisations: Organisation[];
  choose: (organisationId: string) => Promise<Answer<void>>;
}) {
  const [chosen, setChosen] = useState(current.id);
  const { busy, problem, run } = useAction(
    "The portal could not be reached, so nothing was changed. Try again.",
  );
  if (organisations.length < 2) return <p className="truncate text-sm text-muted">{current.name}</p>;
  return (
    <>
      <select
        aria-label="Organisation"
        value={busy ? chosen : current.id}
        disabled={busy}
        onChange={(event) => {
          const { value } = event.target;
          setChosen(value);
          run(() => choose(value));
        }}
        className="-ml-1 min-h-9 w-full max-w-44 rounded-md border border-line bg-raised px-1 text-base text-muted md:min-h-8 md:text-sm"
      >
        {organisations.map((organisation) => (
          <option key={organisation.id} value={organisation.id}>
            {organisation.name}
          </option>
        ))}
      </select>
      <output className="block text-sm text-danger empty:hidden">{problem}</output>
    </>
  );
}
