"use server";

import type { Beat } from "#lib/domain/beat.ts";
import { act } from "#lib/http/action.ts";
import { ownPath, readSessionId } from "#lib/auth/session.ts";
import { stream } from "#lib/http/stream.ts";
import { beginSignIn } from "#lib/sources/accounts/begin.ts";
import { type FinishEvent, finishSignIn } from "#lib/sources/accounts/finish.ts";
import { disconnect as disconnectAccount, forgetSignIn } from "#lib/sources/accounts/list.ts";

/** Begins a sign-in that connects the person's account to a configuration. Returns the authority's address to open. */
export async function begin(configurationId: string, returnTo: string) {
  const sessionId = (await readSessionId()) ?? "";
  return act((ctx) => beginSignIn(ctx, configurationId, sessionId, ownPath(String(returnTo))));
}

/**
 * Verifies the configuration with the account that has just signed in, streams each finished step, then connects the account.
 */
export async function* finish(id: string, runId: string): AsyncGenerator<FinishEvent | Beat, void, void> {
  yield* stream<FinishEvent>(
    (ctx, signal) => finishSignIn(ctx, id, signal, runId),
    ({ message }) => ({ type: "invalid", message }),
  );
}

export async function disconnect(configurationId: string) {
  return act((ctx) => disconnectAccount(ctx, configurationId));
}

export async function forget(signInId: string) {
  return act((ctx) => forgetSignIn(ctx, signInId));
}
