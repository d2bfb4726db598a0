"use server";

import { act, actionContext, answerFor } from "#lib/auth/action.ts";
import type { Context } from "#lib/services/context.ts";
import { editConfiguration, setConfigurationDisabled } from "#lib/services/configurations/change.ts";
import { type CheckEvent, checkConfiguration } from "#lib/services/configurations/check.ts";
import { deleteConfiguration } from "#lib/services/configurations/delete.ts";
import { type ReplaceEvent, replaceSecret } from "#lib/services/configurations/replace-secret.ts";
import { type SaveEvent, saveConfiguration } from "#lib/services/configurations/save.ts";

const streamTimeoutMs = 10 * 60_000;

/** Runs a verb that streams; leaving the page, or ten minutes, ends it with nothing saved. */
async function* stream<E>(
  verb: (ctx: Context, signal: AbortSignal) => AsyncGenerator<E, void, void>,
  refused: (answer: ReturnType<typeof answerFor>) => E,
  organisationId?: string,
): AsyncGenerator<E, void, void> {
  const leaving = new AbortController();
  try {
    const ctx = await actionContext(organisationId);
    yield* verb(ctx, AbortSignal.any([leaving.signal, AbortSignal.timeout(streamTimeoutMs)]));
  } catch (error) {
    yield refused(answerFor(error));
  } finally {
    leaving.abort();
  }
}

/** Verifies, streams each finished step, then saves what it verified. */
export async function* save(
  organisationId: string,
  input: unknown,
  saveAsDisabled: boolean,
  runId: string,
): AsyncGenerator<SaveEvent, void, void> {
  yield* stream<SaveEvent>(
    (ctx, signal) =>
      saveConfiguration(ctx, input, { saveAsDisabled: saveAsDisabled === true, signal, runId }),
    ({ message, fields }) => ({ type: "invalid", message, fields, existingId: null }),
    organisationId,
  );
}

export async function* check(id: string): AsyncGenerator<CheckEvent, void, void> {
  yield* stream<CheckEvent>(
    (ctx, signal) => checkConfiguration(ctx, id, signal),
    ({ message }) => ({ type: "failed", message, maybeDelay: false, reference: "" }),
  );
}

export async function* replace(
  credentialId: string,
  input: unknown,
  runId: string,
): AsyncGenerator<ReplaceEvent, void, void> {
  yield* stream<ReplaceEvent>(
    (ctx, signal) => replaceSecret(ctx, credentialId, input, signal, runId),
    ({ message, fields }) => ({ type: "invalid", message, fields }),
  );
}

export async function edit(id: string, input: unknown) {
  return act((ctx) => editConfiguration(ctx, id, input));
}

export async function setDisabled(id: string, disabled: boolean) {
  return act((ctx) => setConfigurationDisabled(ctx, id, disabled === true));
}

export async function remove(id: string, typedName: string) {
  return act((ctx) => deleteConfiguration(ctx, id, String(typedName)));
}
