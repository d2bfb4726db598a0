"use server";

import { act } from "#lib/http/action.ts";
import { requestSync } from "#lib/sources/configurations/change.ts";
import { acknowledgeDetections } from "#lib/triage/acknowledge.ts";
import { giveUpChanges } from "#lib/triage/give-up.ts";
import { releaseDetections } from "#lib/triage/release.ts";
import { takeOverDetections } from "#lib/triage/take-over.ts";
import { setDetectionStatus } from "#lib/triage/set-status.ts";
import { undoStatusChanges } from "#lib/triage/undo-status.ts";

export async function setStatus(input: unknown) {
  return act((ctx) => setDetectionStatus(ctx, input));
}

export async function undoStatus(changeIds: unknown) {
  return act((ctx) => undoStatusChanges(ctx, changeIds));
}

export async function acknowledge(ids: unknown) {
  return act((ctx) => acknowledgeDetections(ctx, ids));
}

export async function takeOver(items: unknown) {
  return act((ctx) => takeOverDetections(ctx, items));
}

export async function release(ids: unknown) {
  return act((ctx) => releaseDetections(ctx, ids));
}

export async function giveUp(ids: unknown) {
  return act((ctx) => giveUpChanges(ctx, ids));
}

export async function refreshNow(configurationIds: unknown) {
  return act((ctx) => requestSync(ctx, configurationIds));
}
