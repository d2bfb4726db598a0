"use server";

import { act } from "#lib/http/action.ts";
import { createToken } from "#lib/identity/api-tokens/create.ts";
import { revokeToken } from "#lib/identity/api-tokens/revoke.ts";

// a person may be in several organisations: each call says in which one's page it was made

export async function create(organisationId: string, input: unknown) {
  return act((ctx) => createToken(ctx, input), organisationId);
}

export async function revoke(organisationId: string, id: string) {
  return act((ctx) => revokeToken(ctx, id), organisationId);
}
