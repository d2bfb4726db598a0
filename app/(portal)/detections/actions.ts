"use server";

import { act } from "#lib/auth/action.ts";
import { requestSync } from "#lib/services/configurations/change.ts";
import { acknowledgeDetections } from "#lib/services/detections/acknowledge.ts";
import { setDetectionStatus } from "#lib/services/detections/set-status.ts";
import { undoStatusChanges } from "#lib/services/detections/undo-status.ts";

export async function setStatus(input: unknown) {
  return act((ctx) => setDetectionStatus(ctx, input));
}

export async function undoStatus(changeIds: unknown) {
  return act((ctx) => undoStatusChanges(ctx, changeIds));
}

export async function acknowledge(ids: unknown) {
  return act((ctx) => acknowledgeDetections(ctx, ids));
}

export async function refreshNow(configurationIds: unknown) {
  return act((ctx) => requestSync(ctx, configurationIds));
}
