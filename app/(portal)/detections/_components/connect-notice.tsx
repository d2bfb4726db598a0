import Link from "next/link";
import { Moment } from "#components/ui/moment.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { capital } from "#lib/domain/text.ts";
import { accountsLabel, commonWords, neutralWords, type Words } from "#lib/domain/vendor-words.ts";
import type { FeedPage } from "#lib/triage/list.ts";
import { ConnectButton } from "../../_components/connect-button.tsx";

type Connection = FeedPage["connections"][number];

/** Configurations that need the person's own account, each with the button that connects it. */
export function ConnectNotice({ page }: { page: FeedPage }) {
  const { connections } = page;
  if (connections.length === 0) return null;
  const wordsOf = ({ vendor }: Connection) => page.words[vendor] ?? neutralWords;
  const common = commonWords(connections.map(wordsOf));
  return (
    <Notice
      tone={connections.some((connection) => connection.connected) ? "warning" : undefined}
      title={
        connections.some((connection) => connection.connected)
          ? `Your ${common.account} needs attention`
          : `Connect your ${common.account}`
      }
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

type LineProps = { connection: Connection; words: Words; nowIso: string };

/** Why one configuration needs the person's own account, and the button that connects it. */
function ConnectLine({ connection, words, nowIso }: LineProps) {
  const { account, provider, signIn } = words;
  const name = <strong className="font-medium text-ink">{connection.displayName}</strong>;
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1">
      <span className="min-w-0 flex-1 basis-60">
        {connection.since && !connection.forWriting && connection.readable ? (
          <>
            {`${capital(provider)} hasn't confirmed your access to `}
            {name} since <Moment iso={connection.since} nowIso={nowIso} />.{" "}
            {connection.signInNeeded ? "Sign in again" : "PocketSOC keeps trying"}; until then you can't
            change status.
          </>
        ) : connection.forWriting ? (
          <>
            {connection.connected
              ? `${capital(signIn)} asks you to sign in again`
              : `Connect your ${account}`}{" "}
            to close alerts in {name}.
          </>
        ) : (
          <>
            {connection.connected
              ? `${capital(signIn)} asks you to sign in again`
              : `Connect your ${account}`}{" "}
            to see alerts from {name}.
          </>
        )}
      </span>
      {connection.signInNeeded ? (
        <ConnectButton configurationId={connection.id} returnTo="/detections" signIn={signIn} tone="quiet">
          {connection.connected ? "Sign in again" : "Connect"}
          <span className="sr-only"> to {connection.displayName}</span>
        </ConnectButton>
      ) : null}
    </li>
  );
}
