"use client";

import { useRouter } from "next/navigation";
import { useRef, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { Moment } from "#components/ui/moment.tsx";
import { Notice } from "#components/ui/notice.tsx";
import type { ConfigurationDetail } from "#lib/sources/configurations/get.ts";
import { LostNotice } from "#components/ui/lost-notice.tsx";
import { useStream } from "#components/ui/use-stream.ts";
import { type PipeTestAnswer, test } from "../actions.ts";
import { ClearSamples } from "./clear-samples.tsx";
import { Hops, SampleList } from "./pipe-test-hops.tsx";

type Props = {
  id: string;
  subscription: string;
  disabled: boolean;
  readable: boolean;
  samples: ConfigurationDetail["samples"];
  last: ConfigurationDetail["lastPipeTest"];
  nowIso: string;
};

/** One button: sample alerts at the vendor, and a stopwatch at each station of their way to this screen. */
export function PipeTest(props: Props) {
  const router = useRouter();
  const [asked, setAsked] = useState(false);
  const [screenMs, setScreenMs] = useState<number | null>(null);
  // as the page was opened: what clearing them came to stays on screen
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
        // this screen shows a sample from the moment that its page was told of it
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
        {props.disabled
          ? "Enable this configuration first: nothing comes while it is disabled."
          : props.readable
            ? "Has Azure make sample alerts, and measures each station of their way to this screen."
            : "Your own Azure account isn't let to see its alerts, so you can't follow its samples."}
      </p>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <Button disabled={busy || props.disabled || !props.readable} onClick={() => setAsked(true)}>
          {busy ? "Testing …" : "Run the pipe test"}
        </Button>
        {props.last && events.length === 0 ? (
          <span className="text-muted">
            Last run <Moment iso={props.last.startedAt} nowIso={props.nowIso} /> by {props.last.startedBy}
          </span>
        ) : null}
      </div>
      {hops.length > 0 ? <Hops hops={hops} beganMs={beganMs} screenMs={screenMs} busy={busy} /> : null}
      {hops[0]?.state === "refused" && busy ? <ByHand samples={props.samples} /> : null}
      {busy ? (
        <p className="text-muted">
          It waits for up to five minutes. Leaving this page ends the wait; samples that come later are under
          Detections all the same.
        </p>
      ) : null}
      <output className="block empty:hidden">
        {ended?.complete ? (
          <Notice tone="success" title="The samples came all the way, by both ways" />
        ) : null}
        {ended && !ended.complete ? (
          <Notice
            tone="warning"
            title="The test ended after five minutes, and not every station was reached"
          />
        ) : null}
      </output>
      <LostNotice last={events.at(-1)} title="The connection to the portal was lost, and the wait with it">
        The samples come all the same. Run the test again to measure their way.
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
        <ClearSamples key={testId} testId={testId} />
      ) : null}
      {asked ? (
        <ConfirmDialog
          title="Run the pipe test?"
          text={`This asks Azure to create about 5 sample alerts in ${props.subscription}. They also reach Sentinel, e-mail and any other automation of that subscription.`}
          confirm="Create samples"
          onConfirm={start}
          onClose={() => setAsked(false)}
        />
      ) : null}
    </div>
  );
}

function ByHand({ samples }: { samples: Props["samples"] }) {
  return (
    <Notice title="Make the samples by hand: the test waits for them">
      {samples.hint}{" "}
      {samples.url ? (
        <a className="text-accent underline" href={samples.url} target="_blank" rel="noreferrer">
          Open the Azure portal
        </a>
      ) : null}
    </Notice>
  );
}
