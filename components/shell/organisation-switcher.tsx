"use client";

import { useState } from "react";
import { type Answer, useAction } from "../ui/use-action.ts";

type Organisation = { id: string; name: string };

/**
 * The current organisation's name, or a select for people who are in several organisations. `choose` switches to another
 * organisation and returns the address to load next. It is loaded as a new document, so that nothing of the previous
 * organisation stays in memory.
 */
export function OrganisationSwitcher({
  current,
  organisations,
  choose,
}: {
  current: Organisation;
  organisations: Organisation[];
  choose: (organisationId: string) => Promise<Answer<string>>;
}) {
  const [chosen, setChosen] = useState(current.id);
  const { busy, problem, run } = useAction(
    "The portal could not be reached, so nothing was changed. Try again.",
    { refreshes: false },
  );
  if (organisations.length < 2) return <p className="truncate text-sm text-muted">{current.name}</p>;
  return (
    <>
      <select
        aria-label="Organisation"
        value={chosen}
        disabled={busy}
        onChange={(event) => {
          const { value } = event.target;
          setChosen(value);
          run(() => choose(value), {
            done: (address) => location.assign(address),
            refused: () => setChosen(current.id),
          });
        }}
        className="-ml-1 min-h-11 w-full max-w-44 rounded-md border border-line bg-raised px-1 text-base text-muted md:min-h-8 md:text-sm"
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
