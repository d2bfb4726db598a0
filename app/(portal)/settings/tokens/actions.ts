"use server";

import { act } from "#lib/http/action.ts";
import { createToken } from "#lib/identity/api-tokens/create.ts";
import { revokeToken } from "#lib/identity/api-tokens/revoke.ts";

// a person may be in several organisations, so each call names the one of its page

export async function create(organisationId: string, input: unknown) {
  return act((ctx) => createToken(ctx, input), organisationId);
}

export async function revoke(organisationId: string, id: string) {
  return act((ctx) => revokeToken(ctx, id), organisationId);
}
