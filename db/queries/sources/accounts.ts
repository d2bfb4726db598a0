import { and, asc, eq, getTableColumns, inArray, lte, ne, notExists, type SQL, sql } from "drizzle-orm";
import { newId } from "#lib/platform/ids.ts";
import type { Json } from "#lib/domain/detection.ts";
import type { Transaction } from "../../client.ts";
import { accountAccess, accounts, memberships, users } from "../../schema/index.ts";

const shown = {
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

/** What a person's account may see of one configuration, and whose it is; never its tokens. */
export type AccountRow = Awaited<ReturnType<typeof listAccountsOf>>[number];
/** One sign-in of an account for one configuration: whatever is written by it holds for no later one. */
export type AccountKey = Pick<
  AccountRow,
  "organisationId" | "configurationId" | "userId" | "accountId" | "revision"
>;

const of = (organisationId: string, configurationId: string, userId: string) =>
  and(
    ofOrganisation(organisationId),
    eq(accountAccess.configurationId, configurationId),
    eq(accountAccess.userId, userId),
  );

const selectAccounts = (tx: Transaction, organisationId: string, which: SQL) =>
  tx
    .select(shown)
    .from(accountAccess)
    .innerJoin(accounts, isOwnAccount)
    .where(and(ofOrganisation(organisationId), which));

/** A person's accounts, for any configuration. */
export const listAccountsOf = (tx: Transaction, organisationId: string, userId: string) =>
  selectAccounts(tx, organisationId, eq(accountAccess.userId, userId));

/** The accounts of several people, for any configuration. */
export async function listAccountsOfAll(
  tx: Transaction,
  organisationId: string,
  userIds: string[],
): Promise<AccountRow[]> {
  if (userIds.length === 0) return [];
  return selectAccounts(tx, organisationId, inArray(accountAccess.userId, userIds));
}

/** Those who are connected to a configuration and still in the team, the longest unasked first. */
export async function listAccountsFor(tx: Transaction, organisationId: string, configurationId: string) {
  return tx
    .select({ account: shown, name: users.displayName })
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

/** One person's account for one configuration, or undefined. */
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

/** Whether it is still the very sign-in that is connected there. */
const isStanding = (key: AccountKey) =>
  and(
    of(key.organisationId, key.configurationId, key.userId),
    eq(accountAccess.accountId, key.accountId),
    sql`exists (select from ${accounts} where ${isOwnAccount} and ${accounts.revision} = ${key.revision})`,
  );

/** The sealed tokens of a sign-in while it is still connected there, or undefined. */
export async function getTokens(tx: Transaction, key: AccountKey): Promise<Buffer | undefined> {
  const rows = await tx
    .select({ tokensSealed: accounts.tokensSealed })
    .from(accountAccess)
    .innerJoin(accounts, isOwnAccount)
    .where(isStanding(key));
  return rows[0]?.tokensSealed;
}

/** Puts renewed tokens in the place of a sign-in's own; nothing happens when there was another sign-in since. */
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
 * Held by whoever writes what a person's accounts may see, until the transaction ends: a sign-in that renews an account for
 * all that it serves meets no answer to an earlier one half-way.
 */
async function lockPerson(tx: Transaction, organisationId: string, userId: string): Promise<void> {
  await tx.execute(
    sql`select pg_advisory_xact_lock(hashtextextended(${`accounts ${organisationId} ${userId}`}, 0))`,
  );
}

type Account = Omit<typeof accounts.$inferInsert, "id" | "revision">;
type Access = Omit<typeof accountAccess.$inferInsert, "organisationId" | "userId" | "accountId">;

/**
 * Connects an account to a configuration, in the place of what was connected there. Where the person has signed in with it
 * before, its tokens are renewed for all that it serves: nothing of these waits for a sign-in any more.
 */
export async function putAccount(tx: Transaction, account: Account, access: Access): Promise<void> {
  const { organisationId, userId, signInName, tokensSealed } = account;
  await lockPerson(tx, organisationId, userId);
  const before = await tx
    .delete(accountAccess)
    .where(of(organisationId, access.configurationId, userId))
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
    before.map((one) => one.accountId).filter((id) => id !== accountId),
  );
}

/**
 * Takes away those of these accounts, with their tokens, that no configuration needs any more. Locked first, so that what
 * another sign-in has just connected is seen.
 */
async function deleteUnneeded(tx: Transaction, organisationId: string, ids: string[]): Promise<void> {
  if (ids.length === 0) return;
  const own = and(eq(accounts.organisationId, organisationId), inArray(accounts.id, ids));
  await tx.select({ id: accounts.id }).from(accounts).where(own).orderBy(accounts.id).for("update");
  const needed = tx.select({ one: sql`1` }).from(accountAccess).where(isOwnAccount);
  await tx.delete(accounts).where(and(own, notExists(needed)));
}

/** Forgets answers, and the accounts that were there for nothing else; says how many answers there were. */
async function forget(tx: Transaction, organisationId: string, which: SQL | undefined): Promise<number> {
  const rows = await tx
    .delete(accountAccess)
    .where(and(ofOrganisation(organisationId), which))
    .returning({ accountId: accountAccess.accountId });
  await deleteUnneeded(tx, organisationId, [...new Set(rows.map((one) => one.accountId))]);
  return rows.length;
}

/** Disconnects a person's account from a configuration; false when there was none. */
export async function deleteAccount(
  tx: Transaction,
  organisationId: string,
  configurationId: string,
  userId: string,
): Promise<boolean> {
  await lockPerson(tx, organisationId, userId);
  return (await forget(tx, organisationId, of(organisationId, configurationId, userId))) === 1;
}

/** Forgets every account of a person in an organisation. */
export async function deleteAccountsOf(
  tx: Transaction,
  organisationId: string,
  userId: string,
): Promise<void> {
  await lockPerson(tx, organisationId, userId);
  await forget(tx, organisationId, eq(accountAccess.userId, userId));
}

/** Disconnects everyone from a configuration. */
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
  await forget(tx, organisationId, connected);
}

/** One at a time among all processes, until the transaction ends; PostgreSQL gives up (55P03) after 20 seconds. */
export async function lockTokens(tx: Transaction, name: string): Promise<void> {
  await tx.execute(sql`select set_config('lock_timeout', '20s', true)`);
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`tokens ${name}`}, 0))`);
}

/** Changes the last answer while the very sign-in stands that it was given to. */
export async function updateAccess(
  tx: Transaction,
  key: AccountKey,
  values: Partial<
    Pick<
      AccountRow,
      | "access"
      | "confirmedAt"
      | "unconfirmedSince"
      | "signInNeeded"
      | "askedAt"
      | "usedAt"
      | "problemCode"
      | "problemMessage"
      | "problemRemedy"
      | "challenge"
    > & { facts: { [key: string]: Json } }
  >,
  /** nothing is changed when it was asked again since then */
  askedBefore?: Date,
): Promise<void> {
  await lockPerson(tx, key.organisationId, key.userId);
  await tx
    .update(accountAccess)
    .set(values)
    .where(and(isStanding(key), askedBefore ? lte(accountAccess.askedAt, askedBefore) : undefined));
}

/** Notes that the vendor couldn't be asked; since when stands from the first time on. */
export async function markUnconfirmed(
  tx: Transaction,
  key: AccountKey,
  at: Date,
  problem: { code: string; message: string; remedy: string; challenge: string | null; needsSignIn: boolean },
): Promise<void> {
  await lockPerson(tx, key.organisationId, key.userId);
  await tx
    .update(accountAccess)
    .set({
      askedAt: at,
      unconfirmedSince: sql`coalesce(${accountAccess.unconfirmedSince}, ${at.toISOString()}::timestamptz)`,
      signInNeeded: problem.needsSignIn,
      problemCode: problem.code,
      problemMessage: problem.message,
      problemRemedy: problem.remedy,
      challenge: problem.challenge,
    })
    .where(isStanding(key));
}
