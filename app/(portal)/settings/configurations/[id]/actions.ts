"use server";

import { act } from "#lib/auth/action.ts";
import { stream } from "#lib/auth/stream.ts";
import { clearPipeTest } from "#lib/services/pipe-tests/clear.ts";
import { type PipeTestEvent, runPipeTest } from "#lib/services/pipe-tests/run.ts";

export type PipeTestAnswer = PipeTestEvent | { type: "refused"; message: string };

export async function* test(id: string, runId: string): AsyncGenerator<PipeTestAnswer, void, void> {
  yield* stream<PipeTestAnswer>(
    (ctx, signal) => runPipeTest(ctx, id, signal, runId),
    ({ message }) => ({ type: "refused", message }),
  );
}

export async function clear(testId: string) {
  return act((ctx) => clearPipeTest(ctx, testId));
}
