"use client";

import Link from "next/link";
import { useRouter } from "next/navigation";
import { useRef, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { Moment } from "#components/ui/moment.tsx";
import { Notice } from "#components/ui/notice.tsx";
import type { ConfigurationDetail } from "#lib/sources/configurations/get.ts";
import type { Words } from "#lib/domain/vendor-words.ts";
import { LostNotice } from "#components/ui/lost-notice.tsx";
import { useStream } from "#components/ui/use-stream.ts";
import { type PipeTestAnswer, test } from "../actions.ts";
import { ClearSamples } from "./clear-samples.tsx";
import { Hops, SampleList } from "./pipe-test-hops.tsx";

type Props = {
  id: string;
  /** the scope's name, or its id if the name is unknown */
  scope: string;
  words: Words;
  disabled: boolean;
  /** whether the person can view the configuration's alerts and create samples at the vendor */
  ready: boolean;
  samples: ConfigurationDetail["samples"];
  last: ConfigurationDetail["lastPipeTest"];
  nowIso: string;
};

/**
 * The pipe test: makes the vendor create sample alerts and measures when they reach each hop. The last hop is this screen.
 */
export function PipeTest(props: Props) {
  const { provider, account } = props.words;
  const router = useRouter();
  const [asked, setAsked] = useState(false);
  const [screenMs, setScreenMs] = useState<number | null>(null);
  // read once, so that the outcome of clearing them stays on screen
  const [lastIsOpen] = useState(props.last?.cleared === false);
  const [beganMs, setBeganMs] = useState(0);
  const began = useRef(0);
  const { events, busy, run } = useStream<PipeTestAnswer>();
  const start = () => {
    setAsked(false);
    setScreenMs(null);
    void run(
      (runId) => test(props.id, runId),
      (event) => {
        if (event.type === "began") {
          began.current = performance.now();
          setBeganMs(began.current);
        }
        // the screen counts as reached once this page has a sample to show
        if (event.type === "hops" && event.samples.length > 0)
          setScreenMs((before) => before ?? performance.now() - began.current);
        if (event.type === "ended") router.refresh();
      },
    );
  };
  const hops = events.findLast((event) => event.type === "hops" || event.type === "began")?.hops ?? [];
  const samples = events.findLast((event) => event.type === "hops")?.samples ?? [];
  const testId = events.find((event) => event.type === "began")?.testId ?? props.last?.id ?? null;
  const ended = events.find((event) => event.type === "ended");
  const refused = events.find((event) => event.type === "refused");
  return (
    <div className="space-y-3">
      <h3 className="font-semibold">Pipe test</h3>
      <p className="text-muted">
        {props.disabled ? (
          "Enable this configuration first."
        ) : props.ready ? (
          `Creates sample alerts in ${provider} and times every hop to this screen.`
        ) : (
          <>
            <Link
              className="text-accent underline"
              href="/settings/accounts"
            >{`Connect your ${account}`}</Link>{" "}
            to run this test.
          </>
        )}
      </p>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <Button disabled={busy || props.disabled || !props.ready} onClick={() => setAsked(true)}>
          {busy ? "Testing …" : "Run the pipe test"}
        </Button>
        {props.last && events.length === 0 ? (
          <span className="text-muted">
            Last run <Moment iso={props.last.startedAt} nowIso={props.nowIso} /> by {props.last.startedBy}
          </span>
        ) : null}
      </div>
      {hops.length > 0 ? <Hops hops={hops} beganMs={beganMs} screenMs={screenMs} busy={busy} /> : null}
      {hops[0]?.state === "refused" && busy ? (
        <ByHand samples={props.samples} console={props.words.console} />
      ) : null}
      {busy ? (
        <p className="text-muted">
          The test waits for up to five minutes. You can leave; late samples still appear in Detections.
        </p>
      ) : null}
      <output className="block empty:hidden">
        {ended?.complete ? <Notice tone="success" title="Both paths work" /> : null}
        {ended && !ended.complete ? (
          <Notice tone="warning" title="The test ended after five minutes without reaching every hop" />
        ) : null}
      </output>
      <LostNotice last={events.at(-1)} title="The connection to the portal was lost, so the test stopped">
        The samples still arrive. Run the test again to time them.
      </LostNotice>
      {refused ? (
        <div role="alert">
          <Notice tone="danger" title="The test could not be run">
            {refused.message}
          </Notice>
        </div>
      ) : null}
      <SampleList samples={samples} />
      {testId && !busy && (samples.length > 0 || (events.length === 0 && lastIsOpen)) ? (
        <ClearSamples key={testId} testId={testId} provider={provider} />
      ) : null}
      {asked ? (
        <ConfirmDialog
          title="Run the pipe test?"
          text={`${provider} creates about 5 sample alerts in ${props.scope}. They also reach e-mail and any other automation of that ${props.words.scope}.`}
          confirm="Create samples"
          onConfirm={start}
          onClose={() => setAsked(false)}
        />
      ) : null}
    </div>
  );
}

function ByHand({ samples, console }: { samples: Props["samples"]; console: string }) {
  return (
    <Notice title="Create the samples by hand. The test waits for them.">
      {samples.hint}{" "}
      {samples.url ? (
        <a className="text-accent underline" href={samples.url} target="_blank" rel="noreferrer">
          {`Open the ${console}`}
        </a>
      ) : null}
    </Notice>
  );
}
