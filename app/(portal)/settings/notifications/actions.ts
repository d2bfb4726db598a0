"use server";

import { act } from "#lib/http/action.ts";
import { currentSessionHash, lengthenSessionCookie } from "#lib/auth/session.ts";
import { removeDevice } from "#lib/alerting/devices/remove.ts";
import { renameDevice } from "#lib/alerting/devices/rename.ts";
import { reportDevice as report } from "#lib/alerting/devices/report-permission.ts";
import { saveDevice } from "#lib/alerting/devices/save.ts";
import { testDevice } from "#lib/alerting/devices/send-test.ts";
import { setDeviceActive } from "#lib/alerting/devices/set-active.ts";
import { reportTimeZone } from "#lib/alerting/preferences/report-time-zone.ts";
import { setOwnPreferences, setOwnShift } from "#lib/alerting/preferences/set-own.ts";
import { setNotificationPolicy } from "#lib/alerting/preferences/set-policy.ts";

// a person may be in several organisations, so each call names the one of its page

export async function keepDevice(organisationId: string, input: unknown) {
  const answer = await act(async (ctx) => saveDevice(ctx, input, await currentSessionHash()), organisationId);
  if (answer.ok) await lengthenSessionCookie();
  return answer;
}

export async function reportDevice(organisationId: string, permission: unknown) {
  return act(async (ctx) => report(ctx, permission, await currentSessionHash()), organisationId);
}

export async function rename(organisationId: string, id: string, name: string) {
  return act((ctx) => renameDevice(ctx, id, name), organisationId);
}

export async function remove(organisationId: string, id: string) {
  return act(async (ctx) => removeDevice(ctx, id, await currentSessionHash()), organisationId);
}

export async function setWishes(organisationId: string, wishes: unknown) {
  return act((ctx) => setOwnPreferences(ctx, wishes), organisationId);
}

export async function answerShift(organisationId: string, shift: unknown) {
  return act((ctx) => setOwnShift(ctx, shift), organisationId);
}

export async function reportZone(organisationId: string, timeZone: unknown) {
  return act((ctx) => reportTimeZone(ctx, timeZone), organisationId);
}

export async function setRules(organisationId: string, rules: unknown) {
  return act((ctx) => setNotificationPolicy(ctx, rules), organisationId);
}

export async function setActive(organisationId: string, id: string, active: boolean) {
  return act((ctx) => setDeviceActive(ctx, id, active), organisationId);
}

export async function sendTest(organisationId: string, id: string) {
  return act((ctx) => testDevice(ctx, id), organisationId);
}
