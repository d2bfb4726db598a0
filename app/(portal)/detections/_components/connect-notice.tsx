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
      tone={connections.some((one) => one.connected) ? "warning" : undefined}
      title={
        connections.some((one) => one.connected)
          ? `Your ${common.account} needs attention`
          : `Connect your ${common.account}`
      }
    >
      <ul className="space-y-2">
        {connections.slice(0, 3).map((one) => (
          <ConnectLine key={one.id} one={one} words={wordsOf(one)} nowIso={page.now} />
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

type LineProps = { one: Connection; words: Words; nowIso: string };

/** Why one configuration needs the person's own account, and the button that connects it. */
function ConnectLine({ one, words, nowIso }: LineProps) {
  const { account, provider, signIn } = words;
  const name = <strong className="font-medium text-ink">{one.displayName}</strong>;
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1">
      <span className="min-w-0 flex-1 basis-60">
        {one.since && !one.forWriting && one.readable ? (
          <>
            {`${capital(provider)} hasn't confirmed your access to `}
            {name} since <Moment iso={one.since} nowIso={nowIso} />.{" "}
            {one.signInNeeded ? "Sign in again" : "PocketSOC keeps trying"}; until then you can't change
            status.
          </>
        ) : one.forWriting ? (
          <>
            {one.connected ? `${capital(signIn)} asks you to sign in again` : `Connect your ${account}`} to
            close alerts in {name}.
          </>
        ) : (
          <>
            {one.connected ? `${capital(signIn)} asks you to sign in again` : `Connect your ${account}`} to
            see alerts from {name}.
          </>
        )}
      </span>
      {one.signInNeeded ? (
        <ConnectButton configurationId={one.id} returnTo="/detections" signIn={signIn} tone="quiet">
          {one.connected ? "Sign in again" : "Connect"}
          <span className="sr-only"> to {one.displayName}</span>
        </ConnectButton>
      ) : null}
    </li>
  );
}
