import { and, asc, eq, inArray, notExists, sql } from "drizzle-orm";
import type { Role } from "#lib/domain/roles.ts";
import type { Database, Transaction } from "../../client.ts";
import {
  accessRequests,
  memberships,
  organisations,
  directoryOrganisations,
  users,
} from "../../schema/index.ts";

type Handle = Database | Transaction;

/** Creates the person with this directory and object id, or updates the person's names. Returns the person. */
export async function upsertUser(
  db: Handle,
  person: {
    id: string;
    directoryId: string;
    objectId: string;
    signInName: string;
    displayName: string;
    at: Date;
  },
) {
  const [row] = await db
    .insert(users)
    .values({ ...person, lastSignInAt: person.at })
    .onConflictDoUpdate({
      target: [users.directoryId, users.objectId],
      set: { signInName: person.signInName, displayName: person.displayName, lastSignInAt: person.at },
    })
    .returning();
  if (!row) throw new Error("the person was not stored");
  return row;
}

/** Lists the organisations of a directory. */
export async function listDirectoryOrganisations(db: Handle, directoryId: string) {
  return db
    .select()
    .from(directoryOrganisations)
    .where(eq(directoryOrganisations.directoryId, directoryId))
    .orderBy(asc(directoryOrganisations.organisationId));
}

/** Lists a person's memberships, oldest first. */
export async function listMemberships(db: Handle, userId: string) {
  return db
    .select()
    .from(memberships)
    .where(eq(memberships.userId, userId))
    .orderBy(asc(memberships.createdAt));
}

/** Returns a person's role in an organisation and locks the membership until commit; null if the person isn't a member. */
export async function getRole(tx: Transaction, organisationId: string, userId: string): Promise<Role | null> {
  const rows = await tx
    .select({ role: memberships.role })
    .from(memberships)
    .where(and(eq(memberships.organisationId, organisationId), eq(memberships.userId, userId)))
    .for("share");
  return rows[0]?.role ?? null;
}

/** Returns people's roles in an organisation, keyed by user id. The result lacks people who aren't members. */
export async function listRoles(
  tx: Transaction,
  organisationId: string,
  userIds: readonly string[],
): Promise<Map<string, Role>> {
  const rows = await tx
    .select({ userId: memberships.userId, role: memberships.role })
    .from(memberships)
    .where(and(eq(memberships.organisationId, organisationId), inArray(memberships.userId, [...userIds])));
  return new Map(rows.map(({ userId, role }) => [userId, role]));
}

/** Lists the members of an organisation, sorted by name. */
export async function listMembers(db: Handle, organisationId: string) {
  return db
    .select({
      userId: users.id,
      displayName: users.displayName,
      signInName: users.signInName,
      lastSignInAt: users.lastSignInAt,
      role: memberships.role,
      since: memberships.createdAt,
    })
    .from(memberships)
    .innerJoin(users, eq(users.id, memberships.userId))
    .where(eq(memberships.organisationId, organisationId))
    .orderBy(asc(users.displayName), asc(users.id));
}

/** Adds a member to an organisation, or changes an existing member's role. */
export async function putMembership(
  db: Handle,
  organisationId: string,
  userId: string,
  role: Role,
): Promise<void> {
  await db
    .insert(memberships)
    .values({ organisationId, userId, role })
    .onConflictDoUpdate({ target: [memberships.organisationId, memberships.userId], set: { role } });
}

/**
 * Locks the admins of an organisation until commit and returns their ids. Because of the lock, two concurrent removals can't
 * remove the last two admins.
 */
export async function lockAdmins(tx: Transaction, organisationId: string): Promise<string[]> {
  const rows = await tx
    .select({ userId: memberships.userId })
    .from(memberships)
    .where(and(eq(memberships.organisationId, organisationId), eq(memberships.role, "admin")))
    .orderBy(memberships.userId)
    .for("update");
  return rows.map((row) => row.userId);
}

/** Removes a person from an organisation. Returns false if the person wasn't a member. */
export async function deleteMembership(
  tx: Transaction,
  organisationId: string,
  userId: string,
): Promise<boolean> {
  const rows = await tx
    .delete(memberships)
    .where(and(eq(memberships.organisationId, organisationId), eq(memberships.userId, userId)))
    .returning({ userId: memberships.userId });
  return rows.length === 1;
}

/**
 * Records that a person asks to join an organisation. Does nothing if the request is already recorded, or if an organisation
 * has admitted the person meanwhile.
 */
export async function putAccessRequest(
  tx: Transaction,
  organisationId: string,
  userId: string,
): Promise<void> {
  if (await lockIsMember(tx, userId)) return;
  await tx.insert(accessRequests).values({ organisationId, userId }).onConflictDoNothing();
}

/**
 * Locks a person until commit, so that nobody admits them and no request of theirs is recorded meanwhile. Returns whether
 * they are a member of any organisation.
 */
export async function lockIsMember(tx: Transaction, userId: string): Promise<boolean> {
  await tx.select({ id: users.id }).from(users).where(eq(users.id, userId)).for("no key update");
  return (await listMemberships(tx, userId)).length > 0;
}

/** Deletes a person's access request. Returns false if there was none. */
export async function deleteAccessRequest(
  tx: Transaction,
  organisationId: string,
  userId: string,
): Promise<boolean> {
  const rows = await tx
    .delete(accessRequests)
    .where(and(eq(accessRequests.organisationId, organisationId), eq(accessRequests.userId, userId)))
    .returning({ userId: accessRequests.userId });
  return rows.length === 1;
}

/**
 * Deletes a person's access requests in every organisation of their directory, because teams don't see each other's people.
 * Returns whether `organisationId` had one. Row-level security allows one organisation at a time, so the transaction visits
 * each and ends in `organisationId`.
 */
export async function deleteAccessRequestsEverywhere(
  tx: Transaction,
  organisationId: string,
  userId: string,
): Promise<boolean> {
  const visit = (id: string) => tx.execute(sql`select set_config('app.organisation_id', ${id}, true)`);
  const organisationsOf = await tx
    .select({ id: directoryOrganisations.organisationId })
    .from(directoryOrganisations)
    .innerJoin(users, eq(users.directoryId, directoryOrganisations.directoryId))
    .where(eq(users.id, userId))
    .orderBy(asc(directoryOrganisations.organisationId));
  let isDeletedHere = false;
  for (const { id } of organisationsOf) {
    await visit(id);
    const isDeleted = await deleteAccessRequest(tx, id, userId);
    isDeletedHere ||= isDeleted && id === organisationId;
  }
  await visit(organisationId);
  return isDeletedHere;
}

/**
 * Lists the people who ask to join the organisation, the longest waiting first. Leaves out people who are in an
 * organisation.
 */
export async function listAccessRequests(tx: Transaction, organisationId: string) {
  return tx
    .select({
      userId: users.id,
      displayName: users.displayName,
      signInName: users.signInName,
      requestedAt: accessRequests.requestedAt,
    })
    .from(accessRequests)
    .innerJoin(users, eq(users.id, accessRequests.userId))
    .where(
      and(
        eq(accessRequests.organisationId, organisationId),
        notExists(
          tx.select({ id: memberships.userId }).from(memberships).where(eq(memberships.userId, users.id)),
        ),
      ),
    )
    .orderBy(asc(accessRequests.requestedAt));
}

/** Returns the organisation that the transaction is set to. */
export async function getOrganisation(tx: Transaction, organisationId: string) {
  const rows = await tx.select().from(organisations).where(eq(organisations.id, organisationId));
  return rows[0];
}

/** Sets the sign-in name of the person who becomes an organisation's first Admin. */
export async function setFirstAdmin(db: Handle, organisationId: string, firstAdmin: string): Promise<void> {
  await db
    .update(directoryOrganisations)
    .set({ firstAdmin })
    .where(eq(directoryOrganisations.organisationId, organisationId));
}

/** Returns a person by id, or undefined if there is none. */
export async function getUser(db: Handle, id: string) {
  const rows = await db.select().from(users).where(eq(users.id, id));
  return rows[0];
}
