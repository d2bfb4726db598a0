"use server";

import { act, actionContext, answerFor } from "#lib/auth/action.ts";
import {
  deleteConfiguration,
  requestSync,
  setConfigurationDisabled,
} from "#lib/services/configurations/change.ts";
import { type SaveEvent, saveConfiguration } from "#lib/services/configurations/save.ts";

const saveTimeoutMs = 10 * 60_000;

/** Verifies, streams each finished step, then saves what it verified. Leaving the page ends it unsaved. */
export async function* save(input: unknown, saveAsDisabled: boolean): AsyncGenerator<SaveEvent, void, void> {
  const leaving = new AbortController();
  try {
    const ctx = await actionContext();
    const signal = AbortSignal.any([leaving.signal, AbortSignal.timeout(saveTimeoutMs)]);
    yield* saveConfiguration(ctx, input, { saveAsDisabled: saveAsDisabled === true, signal });
  } catch (error) {
    const { message, fields } = answerFor(error);
    yield { type: "invalid", message, fields, existingId: null };
  } finally {
    leaving.abort();
  }
}

export async function checkAgain(id: string) {
  return act((ctx) => requestSync(ctx, [id]));
}

export async function setDisabled(id: string, disabled: boolean) {
  return act((ctx) => setConfigurationDisabled(ctx, id, disabled === true));
}

export async function remove(id: string, typedName: string) {
  return act((ctx) => deleteConfiguration(ctx, id, String(typedName)));
}
