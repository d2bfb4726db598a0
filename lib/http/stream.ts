import "server-only";
import type { Context } from "#lib/core/context.ts";
import type { Beat } from "#lib/domain/beat.ts";
import { actionContext, answerFor, logRefusal } from "./action.ts";
import { withBeats } from "./beats.ts";

const streamTimeoutMs = 10 * 60_000;

/**
 * Runs `verb`, a server action that streams events. Aborts `verb` when the person leaves the page, or after ten minutes.
 * After an error, the last event is the one that `refused` returns. Beats keep the connection open in between.
 */
export async function* stream<E>(
  verb: (ctx: Context, signal: AbortSignal) => AsyncGenerator<E, void, void>,
  refused: (answer: ReturnType<typeof answerFor>) => E,
  organisationId?: string,
): AsyncGenerator<E | Beat, void, void> {
  const leaving = new AbortController();
  let ctx: Context | undefined;
  try {
    ctx = await actionContext(organisationId);
    yield* withBeats(verb(ctx, AbortSignal.any([leaving.signal, AbortSignal.timeout(streamTimeoutMs)])));
  } catch (error) {
    logRefusal("action", error, ctx);
    yield refused(answerFor(error, ctx ? "begun" : "before"));
  } finally {
    leaving.abort();
  }
}
