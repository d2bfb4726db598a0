import Link from "next/link";
import { Moment } from "#components/ui/moment.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { capital } from "#lib/domain/text.ts";
import { accountsLabel, commonWords, neutralWords, type Words } from "#lib/domain/vendor-words.ts";
import type { FeedPage } from "#lib/triage/list.ts";
import { ConnectButton } from "../../_components/connect-button.tsx";

type Connection = FeedPage["connections"][number];

/** A notice that lists the configurations that need the person's own account, each with a button that connects the account. */
export function ConnectNotice({ page }: { page: FeedPage }) {
  const { connections } = page;
  const [first] = connections;
  if (!first) return null;
  const wordsOf = ({ vendor }: Connection) => page.words[vendor] ?? neutralWords;
  const common = commonWords(connections.map(wordsOf));
  const isAnyConnected = connections.some(({ connected }) => connected);
  if (connections.length === 1 && !isAnyConnected)
    return (
      <Notice isStrip title={`Connect your ${common.account} to ${purposeOf(first)} ${first.displayName}`}>
        <Connect connection={first} signIn={common.signIn} />
      </Notice>
    );
  return (
    <Notice
      isStrip
      tone={isAnyConnected ? "warning" : undefined}
      title={isAnyConnected ? `Your ${common.account} needs attention` : `Connect your ${common.account}`}
    >
      <ul className="space-y-2">
        {connections.slice(0, 3).map((connection) => (
          <ConnectLine
            key={connection.id}
            connection={connection}
            words={wordsOf(connection)}
            nowIso={page.now}
          />
        ))}
      </ul>
      {connections.length > 3 ? (
        <Link className="mt-1 inline-block text-accent underline" href="/settings/accounts">
          {`${connections.length - 3} more under ${accountsLabel(common)}`}
        </Link>
      ) : null}
    </Notice>
  );
}

const purposeOf = ({ forWriting }: Connection) => (forWriting ? "close alerts in" : "see alerts from");

type LineProps = { connection: Connection; words: Words; nowIso: string };

/** Why one configuration needs the person's own account, with a button that connects the account. */
function ConnectLine({ connection, words: { provider, signIn }, nowIso }: LineProps) {
  const { since, connected, forWriting, readable, signInNeeded } = connection;
  const name = <strong className="font-medium text-ink">{connection.displayName}</strong>;
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1">
      <span className="min-w-0 flex-1 basis-60">
        {since && !forWriting && readable ? (
          <>
            {`${capital(provider)} hasn't confirmed your access to `}
            {name} since <Moment iso={since} nowIso={nowIso} />.{" "}
            {signInNeeded ? "Sign in again" : "PocketSOC keeps trying"}; until then you can't change status.
          </>
        ) : (
          <>
            {connected ? `${capital(signIn)} asks you to sign in again to ` : "To "}
            {`${purposeOf(connection)} `}
            {name}
          </>
        )}
      </span>
      {signInNeeded ? <Connect connection={connection} signIn={signIn} /> : null}
    </li>
  );
}

function Connect({ connection, signIn }: { connection: Connection; signIn: string }) {
  return (
    <ConnectButton configurationId={connection.id} returnTo="/detections" signIn={signIn} tone="quiet">
      {connection.connected ? "Sign in again" : "Connect"}
      <span className="sr-only"> to {connection.displayName}</span>
    </ConnectButton>
  );
}
