import type { Transaction } from "#db/client.ts";
import { lockOpenDigest } from "#db/queries/alerting/digests.ts";
import { getPreferences, lockPreferences, putPreferences } from "#db/queries/alerting/preferences.ts";
import { hastenAlertingWork } from "#db/queries/alerting/queue.ts";
import type { Json } from "#lib/domain/detection.ts";
import { defaultPreferences, type Preferences } from "#lib/domain/recipients.ts";
import { PreferencesInput, ShiftInput } from "#lib/schemas/notification-preferences.ts";
import { recordAudit } from "#lib/core/audit/record.ts";
import { authorise, type Context, inOwnOrganisation } from "#lib/core/context.ts";
import { ownerOf } from "../devices/owner.ts";
import { parseChanges, parseInput } from "./parse-input.ts";

/**
 * Saves those of the caller's preferences that the input has. The others stay as they are, because an open page may be older
 * than they are. Throws `forbidden` and `invalid`.
 */
export async function setOwnPreferences(ctx: Context, rawInput: unknown): Promise<void> {
  authorise(ctx, "settings.own");
  await change(ctx, (saved) => parseChanges(PreferencesInput, saved, rawInput));
}

/**
 * Saves the caller's answer to "When are you on shift?". The rest of their preferences stays as it is. Throws `forbidden` and
 * `invalid`.
 */
export async function setOwnShift(ctx: Context, rawInput: unknown): Promise<void> {
  authorise(ctx, "settings.own");
  const shift = parseInput(ShiftInput, rawInput);
  await change(ctx, (saved) => ({ ...saved, shift }));
}

/** Changes the caller's preferences. Records in the audit log whether that switches their notifications off or on. */
function change(ctx: Context, next: (saved: Preferences) => Preferences): Promise<void> {
  const { userId, organisationId } = ownerOf(ctx.actor);
  const now = ctx.services.now();
  return inOwnOrganisation(ctx, async (tx) => {
    await lockPreferences(tx, organisationId, userId);
    const { offSince, ...saved } = (await getPreferences(tx, organisationId, userId)) ?? {
      ...defaultPreferences,
      offSince: null,
    };
    const preferences = next(saved);
    const { isOn } = preferences;
    const since = saved.isOn ? now : offSince;
    await putPreferences(tx, organisationId, userId, { ...preferences, offSince: isOn ? null : since }, now);
    await hastenDigest(tx, organisationId, userId);
    const switched = isOn ? "notifications.switched_on" : "notifications.switched_off";
    const action = isOn === saved.isOn ? "notifications.changed" : switched;
    await recordAudit(ctx, tx, action, { kind: "user", id: userId }, detailOf(preferences));
  });
}

/** Returns preferences as an audit entry has them. */
const detailOf = (preferences: Preferences): { [key: string]: Json } => {
  const { isOn, severities, configurationIds, shift, alwaysNotify } = preferences;
  const { kind, timeZone } = shift;
  return {
    isOn,
    severities: [...severities],
    configurationIds: configurationIds && [...configurationIds],
    shift: kind === "hours" ? { kind, timeZone, windows: [...shift.windows] } : { kind, timeZone },
    alwaysNotify: [...alwaysNotify],
  };
};

/** Makes the digest of deferred alerts due, because the person's hours may begin at another time. */
async function hastenDigest(tx: Transaction, organisationId: string, userId: string): Promise<void> {
  const digest = await lockOpenDigest(tx, organisationId, "off_hours", userId);
  if (digest) await hastenAlertingWork(tx, "digest", digest.id);
}
