import type { Transaction } from "#db/client.ts";
import { getConfiguration, putPollTarget } from "#db/queries/sources/configurations.ts";
import { putAccount } from "#db/queries/sources/account-writes.ts";
import { getAccount, lockTokens } from "#db/queries/sources/accounts.ts";
import { takeReadTicket } from "#db/queries/ingest/read-tickets.ts";
import { holdWriteAs } from "#db/queries/sources/hold-configurations.ts";
import { getSignIn, moveSignIn, type SignInRow } from "#db/queries/sources/sign-ins.ts";
import type { Json } from "#lib/domain/detection.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import type { ConfigurationInput } from "#lib/schemas/configuration.ts";
import type { VendorCredential } from "#lib/vendors/credential.ts";
import { VendorError } from "#lib/vendors/problem.ts";
import { recordAudit } from "#lib/core/audit/record.ts";
import { refuseAbandoned } from "../configurations/abandon.ts";
import { storeVerified } from "../configurations/store.ts";
import { failureOf, type StepEvent, type Verified, verifyScope } from "../configurations/verify.ts";
import { authorise, type Context, idOf, inOwnOrganisation } from "#lib/core/context.ts";
import { reauthorise } from "#lib/core/requester.ts";
import { openAt, sealAt } from "#lib/core/sealing.ts";
import { nothingToConnect, ownId, signInPlace } from "./begin.ts";
import { isReadOnly } from "./list.ts";
import { recordAnswer } from "./outcome.ts";
import { registrationOf, openTokens, sealTokens, signInNeeded } from "./tokens.ts";

/** An event that is streamed while a sign-in is finished: each finished step, then one final event. */
export type FinishEvent =
  | StepEvent
  | { type: "verified" }
  | {
      type: "connected";
      configurationId: string;
      account: string;
      saved: boolean;
      /** whether the account may read alerts but not change them */
      readOnly: boolean;
      returnTo: string;
    }
  | { type: "invalid"; message: string }
  | { type: "failed"; message: string; maybeDelay: boolean; reference: string };

const gone = () =>
  new ServiceError(
    "not_found",
    "This sign-in is over: it was finished, begun anew, or took longer than ten minutes. Begin it again.",
  );

/**
 * Finishes a sign-in: checks the configuration with the account that has just signed in, then connects the account. If the
 * configuration is a draft, saves it in the same transaction. A failed check stores nothing, unless the vendor refused an
 * account that is already connected; then the refusal is recorded. Throws ServiceError.
 */
export async function* finishSignIn(
  ctx: Context,
  rawId: unknown,
  signal: AbortSignal,
  runId?: unknown,
): AsyncGenerator<FinishEvent, void, void> {
  authorise(ctx, "settings.own");
  const { row, scope } = await load(ctx, idOf(rawId, gone));
  const credential = pendingCredential(ctx, row);
  const outcome = yield* verifyScope(ctx, { ...row, ...scope }, credential, signal);
  if (!outcome.passed) {
    // another tab may have finished this sign-in during the check
    if ((await inOwnOrganisation(ctx, (tx) => pendingCache(ctx, tx, row))) === null) throw gone();
    await recordRefusal(ctx, row, outcome);
    yield { type: "failed", ...failureOf(ctx, outcome) };
    return;
  }
  if (signal.aborted) return;
  // a browser that has left reads no further event, so this yield never returns and nothing is stored
  yield { type: "verified" };
  if (signal.aborted) return;
  yield await connect(ctx, row, outcome, runId);
}

type Scope = { scopeId: string; connection: { [key: string]: Json } };

async function load(ctx: Context, id: string): Promise<{ row: SignInRow; scope: Scope }> {
  const userId = ownId(ctx);
  const { organisationId } = ctx.actor;
  return inOwnOrganisation(ctx, async (tx) => {
    const row = await getSignIn(tx, organisationId, userId, id);
    if (!row || row.state !== "signed_in" || row.expiresAt <= ctx.services.now()) throw gone();
    if (!row.configurationId) {
      authorise(ctx, "settings.manage");
      const { scopeIds, connection } = draftOf(row);
      return { row, scope: { scopeId: scopeIds[0] ?? "", connection } };
    }
    const found = await getConfiguration(tx, organisationId, row.configurationId);
    if (!found) throw gone();
    const { scopeId, connection, writeAs } = found.configuration;
    if (writeAs !== "person") throw nothingToConnect();
    return { row, scope: { scopeId, connection } };
  });
}

const draftOf = (row: SignInRow) => row.draft as unknown as ConfigurationInput;

/**
 * Returns a credential that uses the tokens stored with the sign-in. If a check renews the tokens, the new ones are stored
 * there.
 */
function pendingCredential(ctx: Context, row: SignInRow): VendorCredential {
  const { services } = ctx;
  const { organisationId, id, application } = row;
  return {
    kind: "person",
    application,
    tokens: openTokens(services, row, `sign-in ${id}`, {
      read: async (tx) => {
        const cache = await pendingCache(ctx, tx, row);
        if (cache === null) throw new VendorError(signInNeeded("This sign-in is over."));
        return cache;
      },
      write: async (tx, cache) => {
        const sealed = await sealAt(services, tx, signInPlace(organisationId, id), cache);
        await moveSignIn(tx, organisationId, id, ["signed_in"], { sealed });
      },
    }),
  };
}

/** Returns the tokens stored with a sign-in; null once the sign-in is over. */
async function pendingCache(ctx: Context, tx: Transaction, row: SignInRow): Promise<string | null> {
  const standing = await getSignIn(tx, row.organisationId, row.userId, row.id);
  if (standing?.state !== "signed_in") return null;
  return openAt(ctx.services, tx, signInPlace(row.organisationId, row.id), standing.sealed);
}

/**
 * Records the vendor's refusal if the account that signed in is already connected, so that the configuration is hidden from
 * its person at once.
 */
async function recordRefusal(ctx: Context, row: SignInRow, outcome: Verified): Promise<void> {
  const { configurationId, userId, objectId } = row;
  const { problem } = outcome;
  if (!configurationId || !problem?.refuses) return;
  const standing = await inOwnOrganisation(ctx, (tx) =>
    getAccount(tx, ctx.actor.organisationId, configurationId, userId),
  );
  if (standing?.objectId === objectId) await recordAnswer(ctx.services, standing, problem);
}

async function connect(
  ctx: Context,
  row: SignInRow,
  outcome: Verified,
  runId: unknown,
): Promise<FinishEvent> {
  const { organisationId, id, userId } = row;
  const { services } = ctx;
  return inOwnOrganisation(ctx, async (tx) => {
    await reauthorise(ctx, tx, row.configurationId ? "settings.own" : "settings.manage");
    await refuseAbandoned(ctx, tx, runId);
    await lockTokens(tx, `sign-in ${id}`);
    const cache = await pendingCache(ctx, tx, row);
    if (cache === null) throw gone();
    // the row stays for a day without its secrets, so that a repeated answer is told that it was used
    const done = { state: "done" as const, sealed: Buffer.alloc(0), draft: null };
    if (!(await moveSignIn(tx, organisationId, id, ["signed_in"], done))) throw gone();
    const [configurationId] = row.configurationId
      ? [row.configurationId]
      : await storeVerified(ctx, tx, draftOf(row), { credential: null, revision: null, verified: [outcome] });
    const found = configurationId && (await getConfiguration(tx, organisationId, configurationId));
    if (!found) throw gone();
    const now = services.now();
    const account = row.account ?? "";
    // every writer locks the poll target before the configuration's other rows
    if (found.configuration.readAs === "person" && !found.configuration.disabledAt)
      await putPollTarget(tx, organisationId, configurationId);
    // tokens that were connected now would stay behind unseen
    if ((await holdWriteAs(tx, organisationId, configurationId)) !== "person") throw nothingToConnect();
    const registration = registrationOf(services, row, row);
    const owner = { organisationId, userId, objectId: row.objectId ?? "" };
    await putAccount(
      tx,
      {
        ...owner,
        authority: row.authority,
        registration,
        signInName: account,
        tokensSealed: await sealTokens(services, tx, owner, registration, cache),
      },
      {
        configurationId,
        access: "granted",
        confirmedAt: now,
        askedAt: now,
        answerTicket: (await takeReadTicket(tx)).ticket,
        usedAt: now,
        facts: outcome.facts,
        connectedAt: now,
      },
    );
    const subject = { kind: "configuration", id: configurationId };
    const { displayName } = found.configuration;
    await recordAudit(ctx, tx, "connection.made", subject, { displayName, account });
    const saved = row.configurationId === null;
    const readOnly = isReadOnly(outcome.facts);
    return { type: "connected", configurationId, account, saved, readOnly, returnTo: row.returnTo };
  });
}
