import Link from "next/link";
import { Moment } from "#components/ui/moment.tsx";
import { accountsLabel } from "#lib/domain/vendor-words.ts";
import type { ConfigurationDetail } from "#lib/sources/configurations/get.ts";

/** The people who have connected an account to the configuration, with each account's state. */
export function People({ configuration }: { configuration: ConfigurationDetail }) {
  if (configuration.people.length === 0)
    return (
      <p className="text-muted">
        Nobody yet. Each person connects their own account under{" "}
        <Link className="text-accent underline" href="/settings/accounts">
          {accountsLabel(configuration.words)}
        </Link>
        .
      </p>
    );
  return (
    <ul className="space-y-2">
      {configuration.people.map((person) => (
        <li key={person.id} className="break-words">
          <strong className="font-medium">{person.name}</strong> as {person.account}, used{" "}
          <Moment iso={person.usedAt} nowIso={configuration.now} />
          {person.signInNeeded ? " · needs to sign in again" : ""}
          {person.refused ? ` · refused by ${configuration.words.provider}` : ""}
          {person.unconfirmedSince ? " · not confirmed at present" : ""}
        </li>
      ))}
    </ul>
  );
}
