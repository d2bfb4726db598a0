import { and, asc, eq, getTableColumns, inArray, type SQL, sql } from "drizzle-orm";
import type { Transaction } from "../../client.ts";
import { accountAccess, accounts, memberships, users } from "../../schema/index.ts";

const accountColumns = {
  ...getTableColumns(accountAccess),
  objectId: accounts.objectId,
  signInName: accounts.signInName,
  revision: accounts.revision,
};
/** The SQL condition that joins account access with its account. */
export const isOwnAccount = and(
  eq(accounts.organisationId, accountAccess.organisationId),
  eq(accounts.id, accountAccess.accountId),
);

/** The SQL condition for the account access of an organisation. */
export const ofOrganisation = (organisationId: string) => eq(accountAccess.organisationId, organisationId);

/** A person's account for one configuration, with its account access. Lacks the account's tokens. */
export type AccountRow = Awaited<ReturnType<typeof listAccountsOf>>[number];
/**
 * Identifies one sign-in with an account for one configuration. A write with this key has no effect after a later sign-in.
 */
export type AccountKey = Pick<
  AccountRow,
  "organisationId" | "configurationId" | "userId" | "accountId" | "revision"
>;

/** The SQL condition for a person's account access to one configuration. */
export const isAccessOf = (organisationId: string, configurationId: string, userId: string) =>
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
 * Takes the lock `name` until the transaction ends. The lock protects accounts' tokens, and all processes share it.
 * PostgreSQL fails with 55P03 if the lock isn't free within 20 seconds.
 */
export async function lockTokens(tx: Transaction, name: string): Promise<void> {
  await tx.execute(sql`select set_config('lock_timeout', '20s', true)`);
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`tokens ${name}`}, 0))`);
}
