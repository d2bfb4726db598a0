"use server";

import { act } from "#lib/http/action.ts";
import { ownPath, readSessionId } from "#lib/auth/session.ts";
import { stream } from "#lib/http/stream.ts";
import { beginSignIn } from "#lib/sources/accounts/begin.ts";
import { type FinishEvent, finishSignIn } from "#lib/sources/accounts/finish.ts";
import { disconnect as disconnectAccount, forgetSignIn } from "#lib/sources/accounts/list.ts";

/** Begins a sign-in at the vendor. Returns the address to go to. */
export async function begin(configurationId: string, returnTo: string) {
  const sessionId = (await readSessionId()) ?? "";
  return act((ctx) => beginSignIn(ctx, configurationId, sessionId, ownPath(String(returnTo))));
}

/** Verifies with the account that came back, streams each finished step, then connects it. */
export async function* finish(id: string, runId: string): AsyncGenerator<FinishEvent, void, void> {
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
