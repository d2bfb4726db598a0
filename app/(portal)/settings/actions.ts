"use server";

import type { Beat } from "#lib/domain/beat.ts";
import { act } from "#lib/http/action.ts";
import { stream } from "#lib/http/stream.ts";
import { readSessionId } from "#lib/auth/session.ts";
import { prepareCertificate } from "#lib/sources/certificates/prepare.ts";
import { editConfiguration, setConfigurationDisabled } from "#lib/sources/configurations/change.ts";
import { type CheckEvent, checkConfiguration } from "#lib/sources/configurations/check.ts";
import { deleteConfiguration } from "#lib/sources/configurations/delete.ts";
import { type ReplaceEvent, replaceSecret } from "#lib/sources/configurations/replace-secret.ts";
import { type SaveEvent, saveConfiguration } from "#lib/sources/configurations/save.ts";

/** Verifies a new configuration at the vendor, streams each finished step, then saves the configuration. */
export async function* save(
  organisationId: string,
  input: unknown,
  saveAsDisabled: boolean,
  runId: string,
): AsyncGenerator<SaveEvent | Beat, void, void> {
  const sessionId = (await readSessionId()) ?? "";
  yield* stream<SaveEvent>(
    (ctx, signal) =>
      saveConfiguration(ctx, input, { saveAsDisabled: saveAsDisabled === true, signal, runId, sessionId }),
    ({ message, fields }) => ({ type: "invalid", message, fields, existingId: null }),
    organisationId,
  );
}

export async function* check(id: string): AsyncGenerator<CheckEvent | Beat, void, void> {
  yield* stream<CheckEvent>(
    (ctx, signal) => checkConfiguration(ctx, id, signal),
    ({ message }) => ({ type: "failed", message, maybeDelay: false, reference: "" }),
  );
}

export async function* replace(
  credentialId: string,
  input: unknown,
  runId: string,
): AsyncGenerator<ReplaceEvent | Beat, void, void> {
  yield* stream<ReplaceEvent>(
    (ctx, signal) => replaceSecret(ctx, credentialId, input, signal, runId),
    ({ message, fields }) => ({ type: "invalid", message, fields }),
  );
}

/** Creates a certificate for an application, or accepts a pasted one. */
export async function prepare(input: unknown) {
  return act((ctx) => prepareCertificate(ctx, input));
}

export async function edit(id: string, input: unknown) {
  return act((ctx) => editConfiguration(ctx, id, input));
}

export async function setDisabled(id: string, disabled: boolean) {
  return act((ctx) => setConfigurationDisabled(ctx, id, disabled === true));
}

export async function remove(id: string, typed: string) {
  return act((ctx) => deleteConfiguration(ctx, id, String(typed)));
}
