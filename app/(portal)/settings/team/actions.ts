"use server";

import { act } from "#lib/http/action.ts";
import { admitMember, changeRole, declineRequest, removeMember } from "#lib/identity/team/members.ts";

// a person may be in several organisations, so each call names the one of its page

export async function admit(organisationId: string, userId: string, role: string) {
  return act((ctx) => admitMember(ctx, { userId, role }), organisationId);
}

export async function setRole(organisationId: string, userId: string, role: string) {
  return act((ctx) => changeRole(ctx, { userId, role }), organisationId);
}

export async function removeFromTeam(organisationId: string, userId: string) {
  return act((ctx) => removeMember(ctx, { userId }), organisationId);
}

export async function decline(organisationId: string, userId: string) {
  return act((ctx) => declineRequest(ctx, { userId }), organisationId);
}
