"use server";

import { act } from "#lib/auth/action.ts";
import { admitMember, changeRole, declineRequest, removeMember } from "#lib/services/team/members.ts";

export async function admit(userId: string, role: string) {
  return act((ctx) => admitMember(ctx, { userId, role }));
}

export async function setRole(userId: string, role: string) {
  return act((ctx) => changeRole(ctx, { userId, role }));
}

export async function removeFromTeam(userId: string) {
  return act((ctx) => removeMember(ctx, { userId }));
}

export async function decline(userId: string) {
  return act((ctx) => declineRequest(ctx, { userId }));
}
