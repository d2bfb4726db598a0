import Link from "next/link";
import type { GuideValues } from "#lib/sources/guides/list-values.ts";

type Props = { path: string; own: GuideValues[]; chosen: GuideValues };

/**
 * Names the configuration whose ids the guide's commands contain. Links to the same guide with the ids of other
 * configurations.
 */
export function OwnValues({ path, own, chosen }: Props) {
  return (
    <aside aria-label="Your values" className="my-4 rounded-md border border-line bg-raised p-3 print:hidden">
      <p>
        {"The IDs of your configuration "}
        <strong className="font-medium">{chosen.displayName}</strong>
        {" are filled in below. Only Admins of your team see them here; no secret is among them."}
      </p>
      {own.length > 1 ? (
        <ul className="mt-1 flex flex-wrap gap-x-4">
          {own
            .filter((configuration) => configuration.id !== chosen.id)
            .map((configuration) => (
              <li key={configuration.id}>
                <Link
                  className="inline-flex min-h-11 items-center text-accent underline md:min-h-6"
                  href={`${path}?for=${configuration.id}`}
                >
                  {`Use ${configuration.displayName}`}
                </Link>
              </li>
            ))}
        </ul>
      ) : null}
    </aside>
  );
}
