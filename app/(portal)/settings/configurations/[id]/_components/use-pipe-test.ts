"use client";

import { useRouter } from "next/navigation";
import { useEffect, useRef, useState } from "react";
import { useAction } from "#components/ui/use-action.ts";
import { useStream } from "#components/ui/use-stream.ts";
import { type PipeTestAnswer, stop, test } from "../actions.ts";
import type { ConfigurationDetail } from "#lib/sources/configurations/get.ts";
import type { PipeTestMode } from "#lib/domain/pipe-test.ts";

export type PipeTestState = ReturnType<typeof usePipeTest>;

/** When this page had a sample to show, in ms since the test began; null for a sample that came before the page was opened. */
export type Screen = { ms: number | null };

/** The state of the pipe test on a configuration's page: the running or last test of this page, and how to start and stop it. */
export function usePipeTest({
  id,
  last,
  isAsked: wasAsked,
}: {
  id: string;
  last: ConfigurationDetail["lastPipeTest"];
  isAsked: boolean;
}) {
  const router = useRouter();
  const [isAsked, setAsked] = useState(wasAsked);
  const [screen, setScreen] = useState<Screen | null>(null);
  const [beganMs, setBeganMs] = useState(0);
  // read once, so that the outcome of clearing them stays on screen
  const [lastIsOpen] = useState(last?.cleared === false);
  const followed = useRef<string | null>(null);
  const { events, busy, run } = useStream<PipeTestAnswer>();
  const stopping = useAction("The portal could not be reached, so the test may still run. Try again.", {
    refreshes: false,
  });
  const start = (mode: PipeTestMode) => {
    setAsked(false);
    setScreen(null);
    let began = 0;
    let hasJoined = false;
    void run(
      (runId) => test(id, runId, mode),
      (event) => {
        if (event.type === "began") {
          followed.current = event.testId;
          began = performance.now() - event.elapsedMs;
          setBeganMs(began);
          hasJoined = !event.isNew;
        }
        if (event.type !== "hops") return event.type === "ended" ? router.refresh() : undefined;
        // the screen counts as reached once this page has a sample to show
        const ms = hasJoined ? null : performance.now() - began;
        if (event.samples.length > 0) setScreen((before) => before ?? { ms });
        hasJoined = false;
      },
    );
  };
  useEffect(() => {
    // the question is asked once: not again when the page is reloaded or gone back to
    if (wasAsked) window.history.replaceState(null, "", window.location.pathname);
  }, [wasAsked]);
  const runningId = last?.isRunning ? last.id : null;
  useEffect(() => {
    // another page's test, or this page's before it was reloaded
    if (!runningId || busy || followed.current === runningId) return;
    followed.current = runningId;
    start("follow");
  });
  const began = events.findLast((event) => event.type === "began");
  const hops = events.findLast((event) => event.type === "hops" || event.type === "began")?.hops ?? [];
  const samples = events.findLast((event) => event.type === "hops")?.samples ?? [];
  const testId = began?.testId ?? null;
  const isClearable = !busy && (samples.length > 0 || (events.length === 0 && lastIsOpen));
  return {
    events,
    busy,
    hops,
    samples,
    testId,
    /** the test whose samples can be cleared; null if there is none */
    clearableId: isClearable ? (testId ?? last?.id ?? null) : null,
    /** the name of the person who started the test; null if this page did */
    startedBy: began && !began.isNew ? began.startedBy : null,
    byHand: began?.byHand ?? false,
    beganMs,
    screen,
    ended: events.find((event) => event.type === "ended") ?? null,
    refused: events.find((event) => event.type === "refused") ?? null,
    isAsked,
    setAsked,
    start,
    stop: () => {
      if (testId) stopping.run(() => stop(testId));
    },
    isStopping: stopping.busy,
    stopProblem: stopping.problem,
  };
}
