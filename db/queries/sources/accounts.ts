import { and, asc, eq, getTableColumns, inArray, ne, notExists, type SQL, sql } from "drizzle-orm";
import { newId } from "#lib/platform/ids.ts";
import type { Transaction } from "../../client.ts";
import { accountAccess, accounts, memberships, users } from "../../schema/index.ts";

const accountColumns = {
  ...getTableColumns(accountAccess),
  objectId: accounts.objectId,
  signInName: accounts.signInName,
  revision: accounts.revision,
};
const isOwnAccount = and(
  eq(accounts.organisationId, accountAccess.organisationId),
  eq(accounts.id, accountAccess.accountId),
);
const ofOrganisation = (organisationId: string) => eq(accountAccess.organisationId, organisationId);

/** A person's account for one configuration, with its account access. Lacks the account's tokens. */
export type AccountRow = Awaited<ReturnType<typeof listAccountsOf>>[number];
/**
 * Identifies one sign-in with an account for one configuration. A write with this key has no effect after a later sign-in.
 */
export type AccountKey = Pick<
  AccountRow,
  "organisationId" | "configurationId" | "userId" | "accountId" | "revision"
>;

const isAccessOf = (organisationId: string, configurationId: string, userId: string) =>
  and(
    ofOrganisation(organisationId),
    eq(accountAccess.configurationId, configurationId),
    eq(accountAccess.userId, userId),
  );

const selectAccounts = (tx: Transaction, organisationId: string, which: SQL) =>
  tx
    .select(accountColumns)
    .from(accountAccess)
    .innerJoin(accounts, isOwnAccount)
    .where(and(ofOrganisation(organisationId), which));

/** Lists a person's accounts with their account access, for all configurations. */
export const listAccountsOf = (tx: Transaction, organisationId: string, userId: string) =>
  selectAccounts(tx, organisationId, eq(accountAccess.userId, userId));

/** Lists the accounts of these people with their account access, for all configurations. */
export async function listAccountsOfAll(
  tx: Transaction,
  organisationId: string,
  userIds: string[],
): Promise<AccountRow[]> {
  if (userIds.length === 0) return [];
  return selectAccounts(tx, organisationId, inArray(accountAccess.userId, userIds));
}

/**
 * Lists the accounts that current members have connected to a configuration. The account that the vendor was asked about
 * longest ago comes first.
 */
export async function listAccountsFor(tx: Transaction, organisationId: string, configurationId: string) {
  return tx
    .select({ account: accountColumns, name: users.displayName })
    .from(accountAccess)
    .innerJoin(accounts, isOwnAccount)
    .innerJoin(users, eq(users.id, accountAccess.userId))
    .innerJoin(
      memberships,
      and(
        eq(memberships.organisationId, accountAccess.organisationId),
        eq(memberships.userId, accountAccess.userId),
      ),
    )
    .where(and(ofOrganisation(organisationId), eq(accountAccess.configurationId, configurationId)))
    .orderBy(asc(accountAccess.askedAt), asc(accountAccess.userId));
}

/** Returns a person's account for a configuration, or undefined if there is none. */
export async function getAccount(
  tx: Transaction,
  organisationId: string,
  configurationId: string,
  userId: string,
): Promise<AccountRow | undefined> {
  const rows = await selectAccounts(
    tx,
    organisationId,
    sql`${accountAccess.configurationId} = ${configurationId} and ${accountAccess.userId} = ${userId}`,
  );
  return rows[0];
}

/** The SQL condition that `key` is the latest sign-in. */
export const isCurrentSignIn = (key: AccountKey) =>
  and(
    isAccessOf(key.organisationId, key.configurationId, key.userId),
    eq(accountAccess.accountId, key.accountId),
    sql`exists (select from ${accounts} where ${isOwnAccount} and ${accounts.revision} = ${key.revision})`,
  );

/** Returns the sealed tokens of a sign-in, or undefined if a later sign-in has replaced it. */
export async function getTokens(tx: Transaction, key: AccountKey): Promise<Buffer | undefined> {
  const rows = await tx
    .select({ tokensSealed: accounts.tokensSealed })
    .from(accountAccess)
    .innerJoin(accounts, isOwnAccount)
    .where(isCurrentSignIn(key));
  return rows[0]?.tokensSealed;
}

/** Replaces a sign-in's tokens with renewed ones. Does nothing after a later sign-in. */
export async function updateTokens(tx: Transaction, key: AccountKey, tokensSealed: Buffer): Promise<void> {
  await tx
    .update(accounts)
    .set({ tokensSealed })
    .where(
      and(
        eq(accounts.organisationId, key.organisationId),
        eq(accounts.id, key.accountId),
        eq(accounts.revision, key.revision),
      ),
    );
}

/**
 * Locks all of a person's account access until the transaction ends. Every write of account access must take this lock
 * first, because one sign-in writes several rows.
 */
export async function lockPerson(tx: Transaction, organisationId: string, userId: string): Promise<void> {
  await tx.execute(
    sql`select pg_advisory_xact_lock(hashtextextended(${`accounts ${organisationId} ${userId}`}, 0))`,
  );
}

type Account = Omit<typeof accounts.$inferInsert, "id" | "revision">;
type Access = Omit<typeof accountAccess.$inferInsert, "organisationId" | "userId" | "accountId">;

/**
 * Connects an account to a configuration and disconnects the person's earlier account. If the account has other
 * configurations too, its tokens are renewed for them, and they no longer need a sign-in.
 */
export async function putAccount(tx: Transaction, account: Account, access: Access): Promise<void> {
  const { organisationId, userId, signInName, tokensSealed } = account;
  await lockPerson(tx, organisationId, userId);
  const previous = await tx
    .delete(accountAccess)
    .where(isAccessOf(organisationId, access.configurationId, userId))
    .returning({ accountId: accountAccess.accountId });
  const [row] = await tx
    .insert(accounts)
    .values({ ...account, id: newId() })
    .onConflictDoUpdate({
      target: [
        accounts.organisationId,
        accounts.userId,
        accounts.authority,
        accounts.registration,
        accounts.objectId,
      ],
      set: { signInName, tokensSealed, revision: sql`${accounts.revision} + 1` },
    })
    .returning({ id: accounts.id });
  const accountId = row?.id ?? "";
  await tx.insert(accountAccess).values({ ...access, organisationId, userId, accountId });
  await tx
    .update(accountAccess)
    .set({
      signInNeeded: false,
      problemCode: null,
      problemMessage: null,
      problemRemedy: null,
      challenge: null,
    })
    .where(
      and(
        ofOrganisation(organisationId),
        eq(accountAccess.accountId, accountId),
        ne(accountAccess.configurationId, access.configurationId),
        eq(accountAccess.signInNeeded, true),
      ),
    );
  await deleteUnneeded(
    tx,
    organisationId,
    previous.map(({ accountId: previousId }) => previousId).filter((id) => id !== accountId),
  );
}

/**
 * Deletes those of these accounts that aren't connected to any configuration. Their tokens are deleted with them. Locks the
 * accounts first, because another sign-in may just be connecting them.
 */
async function deleteUnneeded(tx: Transaction, organisationId: string, ids: string[]): Promise<void> {
  if (ids.length === 0) return;
  const own = and(eq(accounts.organisationId, organisationId), inArray(accounts.id, ids));
  await tx.select({ id: accounts.id }).from(accounts).where(own).orderBy(accounts.id).for("update");
  const needed = tx.select({ exists: sql`1` }).from(accountAccess).where(isOwnAccount);
  await tx.delete(accounts).where(and(own, notExists(needed)));
}

/**
 * Deletes rows of account access, and then the accounts that have none left. Returns the number of deleted rows of account
 * access.
 */
async function deleteAccess(
  tx: Transaction,
  organisationId: string,
  which: SQL | undefined,
): Promise<number> {
  const rows = await tx
    .delete(accountAccess)
    .where(and(ofOrganisation(organisationId), which))
    .returning({ accountId: accountAccess.accountId });
  await deleteUnneeded(tx, organisationId, [...new Set(rows.map(({ accountId }) => accountId))]);
  return rows.length;
}

/** Disconnects a person's account from a configuration. Returns false if no account was connected. */
export async function deleteAccount(
  tx: Transaction,
  organisationId: string,
  configurationId: string,
  userId: string,
): Promise<boolean> {
  await lockPerson(tx, organisationId, userId);
  return (await deleteAccess(tx, organisationId, isAccessOf(organisationId, configurationId, userId))) === 1;
}

/** Disconnects a person's accounts from all configurations of an organisation and deletes the accounts. */
export async function deleteAccountsOf(
  tx: Transaction,
  organisationId: string,
  userId: string,
): Promise<void> {
  await lockPerson(tx, organisationId, userId);
  await deleteAccess(tx, organisationId, eq(accountAccess.userId, userId));
}

/** Disconnects all people's accounts from a configuration. */
export async function deleteAccountsFor(
  tx: Transaction,
  organisationId: string,
  configurationId: string,
): Promise<void> {
  const connected = and(ofOrganisation(organisationId), eq(accountAccess.configurationId, configurationId));
  const people = await tx
    .select({ userId: accountAccess.userId })
    .from(accountAccess)
    .where(connected)
    .orderBy(accountAccess.userId);
  for (const { userId } of people) await lockPerson(tx, organisationId, userId);
  await deleteAccess(tx, organisationId, connected);
}

/**
 * Takes the lock `name` until the transaction ends. The lock protects accounts' tokens, and all processes share it.
 * PostgreSQL fails with 55P03 if the lock isn't free within 20 seconds.
 */
export async function lockTokens(tx: Transaction, name: string): Promise<void> {
  await tx.execute(sql`select set_config('lock_timeout', '20s', true)`);
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`tokens ${name}`}, 0))`);
}
