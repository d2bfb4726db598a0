"use server";

import type { Beat } from "#lib/domain/beat.ts";
import type { PipeTestMode } from "#lib/domain/pipe-test.ts";
import { act } from "#lib/http/action.ts";
import { stream } from "#lib/http/stream.ts";
import { clearPipeTest } from "#lib/triage/clear-samples.ts";
import { stopPipeTest } from "#lib/ingest/pipe-tests/stop.ts";
import { type PipeTestEvent, runPipeTest } from "#lib/ingest/pipe-tests/run.ts";

export type PipeTestAnswer = PipeTestEvent | { type: "refused"; message: string };

export async function* test(
  id: string,
  runId: string,
  mode: PipeTestMode,
): AsyncGenerator<PipeTestAnswer | Beat, void, void> {
  yield* stream<PipeTestAnswer>(
    (ctx, signal) => runPipeTest(ctx, id, signal, { runId, mode }),
    ({ message }) => ({ type: "refused", message }),
  );
}

export async function stop(testId: string) {
  return act((ctx) => stopPipeTest(ctx, testId));
}

export async function clear(testId: string) {
  return act((ctx) => clearPipeTest(ctx, testId));
}
