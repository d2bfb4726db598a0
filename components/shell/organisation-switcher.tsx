"use client";

type Organisation = { id: string; name: string };

/** Which organisation one looks at; a choice only for those who are in several. */
export function OrganisationSwitcher({
  current,
  organisations,
  choose,
}: {
  current: Organisation;
  organisations: Organisation[];
  choose: (form: FormData) => Promise<void>;
}) {
  if (organisations.length < 2) return <p className="truncate text-sm text-muted">{current.name}</p>;
  return (
    <form action={choose}>
      <select
        name="organisationId"
        aria-label="Organisation"
        defaultValue={current.id}
        onChange={(event) => event.currentTarget.form?.requestSubmit()}
        className="-ml-1 min-h-9 w-full max-w-44 rounded-md border border-line bg-raised px-1 text-base text-muted md:min-h-8 md:text-sm"
      >
        {organisations.map((one) => (
          <option key={one.id} value={one.id}>
            {one.name}
          </option>
        ))}
      </select>
    </form>
  );
}
