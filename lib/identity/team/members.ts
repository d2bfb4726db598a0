import { z } from "zod";
import type { Transaction } from "#db/client.ts";
import { deleteAccountsOf } from "#db/queries/sources/account-writes.ts";
import { deleteDevicesOf } from "#db/queries/alerting/devices.ts";
import { deletePreferences } from "#db/queries/alerting/preferences.ts";
import { deleteSignInsOf } from "#db/queries/sources/sign-ins.ts";
import { revokeApiTokensOf } from "#db/queries/identity/api-tokens.ts";
import {
  deleteAccessRequest,
  deleteAccessRequestsEverywhere,
  deleteMembership,
  getUser,
  listAccessRequests,
  listMembers,
  lockAdmins,
  lockIsMember,
  putMembership,
} from "#db/queries/identity/people.ts";
import { hastenOutboxOf } from "#db/queries/triage/outbox.ts";
import { revokeSessionsOf } from "#db/queries/identity/sessions.ts";
import { roleAllows } from "#lib/domain/roles.ts";
import { Role } from "#lib/domain/words.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import { recordAudit } from "#lib/core/audit/record.ts";
import { authorise, type Context, inOwnOrganisation } from "#lib/core/context.ts";

const RoleInput = z.object({ userId: z.uuid(), role: Role });
const PersonInput = z.object({ userId: z.uuid() });

const lastAdmin = () =>
  new ServiceError(
    "conflict",
    "This is the last Admin. Make someone else an Admin first, or nobody could open Settings.",
  );
const gone = () => new ServiceError("not_found", "That person isn't here any more. Reload the page.");

/** Lists the organisation's members, and the people who wait to be admitted. Throws ServiceError `forbidden`. */
export async function listTeam(ctx: Context) {
  authorise(ctx, "settings.manage");
  const { organisationId } = ctx.actor;
  return inOwnOrganisation(ctx, async (tx) => ({
    members: await listMembers(tx, organisationId),
    waiting: await listAccessRequests(tx, organisationId),
  }));
}

/**
 * Admits a waiting person with a role. Their requests in other organisations end, so that no other team learns of them.
 * Throws ServiceError `forbidden`, `invalid` or `not_found`.
 */
export async function admitMember(ctx: Context, input: unknown): Promise<void> {
  authorise(ctx, "settings.manage");
  const { userId, role } = parse(RoleInput, input);
  await inOwnOrganisation(ctx, async (tx) => {
    const { organisationId } = ctx.actor;
    // a member of another team isn't on this team's list, so their id must not work either
    if (await lockIsMember(tx, userId)) throw gone();
    if (!(await deleteAccessRequestsEverywhere(tx, organisationId, userId))) throw gone();
    await putMembership(tx, organisationId, userId, role);
    await recordAudit(
      ctx,
      tx,
      "member.admitted",
      { kind: "user", id: userId },
      { ...(await namesOf(tx, userId)), role },
    );
  });
}

/**
 * Changes a member's role, with effect from their next request. Status changes that they requested and that the new role
 * doesn't allow aren't sent. Throws ServiceError `forbidden`, `invalid`,
 * `not_found`, or `conflict` for the last Admin.
 */
export async function changeRole(ctx: Context, input: unknown): Promise<void> {
  authorise(ctx, "settings.manage");
  const { userId, role } = parse(RoleInput, input);
  await inOwnOrganisation(ctx, async (tx) => {
    const { organisationId } = ctx.actor;
    const admins = await lockAdmins(tx, organisationId);
    const member = (await listMembers(tx, organisationId)).find((candidate) => candidate.userId === userId);
    if (!member) throw gone();
    if (role !== "admin" && admins.length === 1 && admins[0] === userId) throw lastAdmin();
    await putMembership(tx, organisationId, userId, role);
    if (!roleAllows(role, "detections.triage")) await hastenOutboxOf(tx, organisationId, { userId });
    await recordAudit(
      ctx,
      tx,
      "member.role_changed",
      { kind: "user", id: userId },
      { ...(await namesOf(tx, userId)), from: member.role, to: role },
    );
  });
}

/**
 * Removes a person from the team. Ends the person's sessions and API tokens, and deletes the person's accounts and
 * devices. Status changes that they requested aren't sent any more. Throws ServiceError `forbidden`, `invalid`, `not_found`, or `conflict` for the last Admin.
 */
export async function removeMember(ctx: Context, input: unknown): Promise<void> {
  authorise(ctx, "settings.manage");
  const { userId } = parse(PersonInput, input);
  await inOwnOrganisation(ctx, async (tx) => {
    const { organisationId } = ctx.actor;
    const admins = await lockAdmins(tx, organisationId);
    if (admins.length === 1 && admins[0] === userId) throw lastAdmin();
    if (!(await deleteMembership(tx, organisationId, userId))) throw gone();
    // an earlier version left the requests of admitted people in other organisations
    await deleteAccessRequestsEverywhere(tx, organisationId, userId);
    await revokeSessionsOf(tx, userId, organisationId, ctx.services.now());
    await deleteSignInsOf(tx, organisationId, { userId });
    await deleteAccountsOf(tx, organisationId, userId);
    await revokeApiTokensOf(tx, organisationId, userId, ctx.services.now());
    await deleteDevicesOf(tx, organisationId, userId);
    await deletePreferences(tx, organisationId, userId);
    await hastenOutboxOf(tx, organisationId, { userId });
    await recordAudit(ctx, tx, "member.removed", { kind: "user", id: userId }, await namesOf(tx, userId));
  });
}

/**
 * Declines a waiting person's access request. The person's next sign-in makes a new request. Throws ServiceError
 * `forbidden`, `invalid` or `not_found`.
 */
export async function declineRequest(ctx: Context, input: unknown): Promise<void> {
  authorise(ctx, "settings.manage");
  const { userId } = parse(PersonInput, input);
  await inOwnOrganisation(ctx, async (tx) => {
    if (await lockIsMember(tx, userId)) throw gone();
    if (!(await deleteAccessRequest(tx, ctx.actor.organisationId, userId))) throw gone();
    await recordAudit(ctx, tx, "member.declined", { kind: "user", id: userId }, await namesOf(tx, userId));
  });
}

/** Returns a person's names for an audit entry, because the entry is kept after the person is deleted. */
async function namesOf(tx: Transaction, userId: string): Promise<{ name: string; signInName: string }> {
  const user = await getUser(tx, userId);
  return { name: user?.displayName ?? "", signInName: user?.signInName ?? "" };
}

function parse<T extends z.ZodType>(schema: T, input: unknown): z.output<T> {
  const parsed = schema.safeParse(input);
  if (!parsed.success)
    throw new ServiceError("invalid", "That can't be read. Reload the page and try again.");
  return parsed.data;
}
