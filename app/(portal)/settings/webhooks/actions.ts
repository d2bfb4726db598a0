"use server";

import { act } from "#lib/http/action.ts";
import {
  revokeWebhookToken,
  rotateWebhookToken,
  showWebhookUrl,
} from "#lib/ingest/webhook-urls/change-token.ts";

// a person may be in several organisations, so each call names the one of its page

export async function show(organisationId: string, id: string) {
  return act((ctx) => showWebhookUrl(ctx, id), organisationId);
}

export async function rotate(organisationId: string, currentId: string) {
  return act((ctx) => rotateWebhookToken(ctx, currentId), organisationId);
}

export async function revoke(organisationId: string, id: string) {
  return act((ctx) => revokeWebhookToken(ctx, id), organisationId);
}
