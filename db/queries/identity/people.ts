import { and, asc, eq, inArray, notExists } from "drizzle-orm";
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

/** Finds or creates the person behind an identity of a directory, and refreshes the names shown. */
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
  if (!row) throw new Error("the person could not be stored");
  return row;
}

/** The organisations of a directory. */
export async function listDirectoryOrganisations(db: Handle, directoryId: string) {
  return db
    .select()
    .from(directoryOrganisations)
    .where(eq(directoryOrganisations.directoryId, directoryId))
    .orderBy(asc(directoryOrganisations.organisationId));
}

/** A person's memberships, oldest first. */
export async function listMemberships(db: Handle, userId: string) {
  return db
    .select()
    .from(memberships)
    .where(eq(memberships.userId, userId))
    .orderBy(asc(memberships.createdAt));
}

/** A person's role in an organisation, locked until commit; null when they aren't in it. */
export async function getRole(tx: Transaction, organisationId: string, userId: string): Promise<Role | null> {
  const rows = await tx
    .select({ role: memberships.role })
    .from(memberships)
    .where(and(eq(memberships.organisationId, organisationId), eq(memberships.userId, userId)))
    .for("share");
  return rows[0]?.role ?? null;
}

/** The roles of some people in an organisation; who isn't in it is left out. */
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

/** The people of an organisation, by name. */
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

/** Adds a person or changes their role. */
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

/** The admins of an organisation, locked: two removals at once can't both leave "another" admin. */
export async function lockAdmins(tx: Transaction, organisationId: string): Promise<string[]> {
  const rows = await tx
    .select({ userId: memberships.userId })
    .from(memberships)
    .where(and(eq(memberships.organisationId, organisationId), eq(memberships.role, "admin")))
    .orderBy(memberships.userId)
    .for("update");
  return rows.map((row) => row.userId);
}

/** Takes a person out of an organisation; false when they weren't in it. */
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

/** Notes that someone waits to be let in; once. */
export async function putAccessRequest(
  tx: Transaction,
  organisationId: string,
  userId: string,
): Promise<void> {
  await tx.insert(accessRequests).values({ organisationId, userId }).onConflictDoNothing();
}

/** Forgets that someone waits. */
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

/** Who waits to be let in and is in no team yet, longest first. */
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

/** The organisation's own row, inside its transaction. */
export async function getOrganisation(tx: Transaction, organisationId: string) {
  const rows = await tx.select().from(organisations).where(eq(organisations.id, organisationId));
  return rows[0];
}

/** Names the person who is to become an organisation's first Admin. */
export async function setFirstAdmin(db: Handle, organisationId: string, firstAdmin: string): Promise<void> {
  await db
    .update(directoryOrganisations)
    .set({ firstAdmin })
    .where(eq(directoryOrganisations.organisationId, organisationId));
}

/** A person by our id, or undefined. */
export async function getUser(db: Handle, id: string) {
  const rows = await db.select().from(users).where(eq(users.id, id));
  return rows[0];
}
