"use client";

import Link from "next/link";
import { Button } from "#components/ui/button.tsx";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { LostNotice } from "#components/ui/lost-notice.tsx";
import { Moment } from "#components/ui/moment.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { PlaceText } from "#components/ui/place-text.tsx";
import { RichText } from "#components/ui/rich-text.tsx";
import type { Words } from "#lib/domain/vendor-words.ts";
import type { ConfigurationDetail } from "#lib/sources/configurations/get.ts";
import { ConnectButton } from "../../../../_components/connect-button.tsx";
import { ClearSamples } from "./clear-samples.tsx";
import { Hops, SampleList } from "./pipe-test-hops.tsx";
import { PipeTestOutcome } from "./pipe-test-outcome.tsx";
import { type PipeTestState, usePipeTest } from "./use-pipe-test.ts";

type PipeTestProps = {
  id: string;
  /** the scope's name, or its id if the name is unknown */
  scope: string;
  words: Words & { signIn: string };
  samples: ConfigurationDetail["samples"];
  last: ConfigurationDetail["lastPipeTest"];
  /** whether the person comes from connecting their account for this test */
  isAsked: boolean;
  nowIso: string;
};

/**
 * The pipe test: makes the vendor create sample alerts and measures when they reach each hop, this screen and the phone among
 * them. A page that is opened while a test runs follows it.
 */
export function PipeTest(props: PipeTestProps) {
  const { words, samples: how, last } = props;
  const state = usePipeTest(props);
  const { hops, samples, busy, isAsked, setAsked, start, refused, events } = state;
  const isByHand = state.byHand || hops.some((hop) => hop.state === "refused");
  return (
    <div className="space-y-3">
      <h3 className="font-semibold">Pipe test</h3>
      <p className="max-w-prose text-muted">
        {how.block ? (
          <PlaceText>{how.block.reason}</PlaceText>
        ) : (
          `Creates sample alerts in ${words.provider} and times every hop to this screen and your phone.`
        )}
      </p>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <Start {...props} state={state} />
        {last && events.length === 0 ? (
          <span className="text-muted">
            Last run <Moment iso={last.startedAt} nowIso={props.nowIso} /> by {last.startedBy}
          </span>
        ) : null}
        {busy && state.startedBy ? (
          <span className="text-muted">{`Started by ${state.startedBy}`}</span>
        ) : null}
      </div>
      {hops.length > 0 ? (
        <Hops hops={hops} beganMs={state.beganMs} screen={state.screen} busy={busy} />
      ) : null}
      {isByHand && busy ? <ByHand samples={how} words={words} /> : null}
      {busy ? (
        <p className="text-muted">
          The test waits up to five minutes for samples. You can leave; late samples still appear in
          Detections.
        </p>
      ) : null}
      <PipeTestOutcome hops={hops} ended={state.ended} />
      <LostNotice last={events.at(-1)} title="The connection to the portal was lost">
        The test goes on. Reload the page to follow it.
      </LostNotice>
      {refused || state.stopProblem ? (
        <div role="alert">
          <Notice
            tone="danger"
            title={refused ? "The test could not be run" : "The test could not be stopped"}
          >
            <PlaceText>{refused?.message ?? state.stopProblem}</PlaceText>
          </Notice>
        </div>
      ) : null}
      <SampleList samples={samples} />
      {state.clearableId ? (
        <ClearSamples key={state.clearableId} testId={state.clearableId} provider={words.provider} />
      ) : null}
      {isAsked && !how.block ? (
        <ConfirmDialog
          title="Run the pipe test?"
          text={`${words.provider} creates about 5 sample alerts in ${props.scope}. They also reach e-mail and any other automation of that ${words.scope}.`}
          confirm="Create samples"
          onConfirm={() => start("request")}
          onClose={() => setAsked(false)}
        />
      ) : null}
    </div>
  );
}

/** The buttons that start a test and stop it. What stands in the way of samples decides which there are. */
function Start({ id, words, samples: { block }, state }: PipeTestProps & { state: PipeTestState }) {
  const { busy, setAsked, start, stop, isStopping } = state;
  if (busy)
    return (
      <>
        <Button disabled>Testing …</Button>
        <Button disabled={isStopping || state.testId === null} onClick={stop}>
          {isStopping ? "Stopping …" : "Stop"}
        </Button>
      </>
    );
  return (
    <>
      {block?.connect ? (
        <ConnectButton
          configurationId={id}
          returnTo={`/settings/configurations/${id}?test=1`}
          signIn={words.signIn}
          tone="quiet"
        >
          Connect your account, then test
        </ConnectButton>
      ) : (
        <Button disabled={block !== null} onClick={() => setAsked(true)}>
          Run the pipe test
        </Button>
      )}
      {block?.byHand ? (
        <Button onClick={() => start("by_hand")}>{`Create them by hand in ${words.provider}`}</Button>
      ) : null}
    </>
  );
}

function ByHand({ samples, words }: Pick<PipeTestProps, "samples" | "words">) {
  return (
    <Notice title={`Create them by hand in ${words.provider}. The test waits for them.`}>
      <ol className="list-decimal space-y-1 pl-5">
        {samples.steps.map((step) => (
          <li key={step}>
            <RichText text={step} />
          </li>
        ))}
      </ol>
      <p className="mt-2 flex flex-wrap gap-x-4">
        {samples.url ? (
          <a className="text-accent underline" href={samples.url} target="_blank" rel="noreferrer">
            {`Open the ${words.console}`}
          </a>
        ) : null}
        {samples.guide ? (
          <Link className="text-accent underline" href={samples.guide} target="_blank">
            Read the guide
          </Link>
        ) : null}
      </p>
    </Notice>
  );
}
