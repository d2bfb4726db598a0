"use server";

import { act } from "#lib/http/action.ts";
import { changeOutgoingWebhook } from "#lib/alerting/webhook/change.ts";
import { createOutgoingWebhook } from "#lib/alerting/webhook/create.ts";
import { rotateOutgoingSecret } from "#lib/alerting/webhook/rotate-secret.ts";
import { sendOutgoingAgain } from "#lib/alerting/webhook/send-again.ts";
import { testOutgoingWebhook } from "#lib/alerting/webhook/send-test.ts";

// a person may be in several organisations, so each call names the one of its page

export async function create(organisationId: string, input: unknown) {
  return act((ctx) => createOutgoingWebhook(ctx, input), organisationId);
}

export async function change(organisationId: string, input: unknown) {
  return act((ctx) => changeOutgoingWebhook(ctx, input), organisationId);
}

export async function makeSecret(organisationId: string) {
  return act((ctx) => rotateOutgoingSecret(ctx), organisationId);
}

export async function sendTest(organisationId: string) {
  return act((ctx) => testOutgoingWebhook(ctx), organisationId);
}

export async function sendAgain(organisationId: string, id: string) {
  return act((ctx) => sendOutgoingAgain(ctx, id), organisationId);
}
