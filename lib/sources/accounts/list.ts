import { deleteAccount } from "#db/queries/sources/account-writes.ts";
import type { AccountRow } from "#db/queries/sources/accounts.ts";
import { getConfiguration } from "#db/queries/sources/configurations.ts";
import { getUser } from "#db/queries/identity/people.ts";
import { deleteSignIn, getSignIn, listSignIns, type SignInRow } from "#db/queries/sources/sign-ins.ts";
import type { Json } from "#lib/domain/detection.ts";
import { wordsOf } from "#lib/domain/vendor-words.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import type { ConfigurationInput } from "#lib/schemas/configuration.ts";
import { listAccess } from "#lib/core/access.ts";
import { recordAudit } from "#lib/core/audit/record.ts";
import { authorise, type Context, idOf, inOwnOrganisation, isAllowed } from "#lib/core/context.ts";
import { cloudOf, vendorOf, wordsFor } from "#lib/core/vendors.ts";
import { ownId } from "./begin.ts";

/** Whether the last check found that the account may only read alerts. */
export function isReadOnly(facts: { [key: string]: Json }): boolean {
  const { rights } = facts;
  if (rights === null || typeof rights !== "object" || Array.isArray(rights)) return false;
  return Object.values(rights).every((right) => right === "no");
}

/** Returns an account as pages show it, without its tokens. */
export function accountView(row: AccountRow) {
  return {
    account: row.signInName,
    refused: row.access === "refused",
    signInNeeded: row.signInNeeded,
    usedAt: row.usedAt.toISOString(),
    confirmedAt: row.confirmedAt.toISOString(),
    unconfirmedSince: row.unconfirmedSince?.toISOString() ?? null,
    connectedAt: row.connectedAt.toISOString(),
    readOnly: isReadOnly(row.facts),
    problem: row.problemMessage,
    remedy: row.problemRemedy,
  };
}

/**
 * Lists the configurations for which the person may connect an account. Each entry has the person's account and
 * unfinished sign-in, if any.
 */
export async function listOwnAccounts(ctx: Context) {
  authorise(ctx, "settings.own");
  const userId = ownId(ctx);
  const now = ctx.services.now();
  return inOwnOrganisation(ctx, async (tx) => {
    const all = (await listAccess(ctx, tx)).filter(
      ({ configuration, account }) =>
        configuration.writeAs === "person" &&
        // a person who changes nothing needs no account for writing
        (configuration.readAs === "person" || account || isAllowed(ctx.actor, "detections.triage")),
    );
    const waiting = await listSignIns(tx, ctx.actor.organisationId, userId);
    return {
      now: now.toISOString(),
      configurations: all.map(({ configuration, account, access }) => ({
        id: configuration.id,
        displayName: configuration.displayName,
        words: wordsFor(ctx.services, configuration),
        forWriting: configuration.readAs === "application",
        disabled: configuration.disabledAt !== null,
        access,
        account: account && accountView(account),
        waiting: waitingView(
          ctx,
          waiting.find(({ configurationId }) => configurationId === configuration.id),
        ),
      })),
    };
  });
}
export type OwnAccounts = Awaited<ReturnType<typeof listOwnAccounts>>;

/**
 * Returns a sign-in that waits for the authority's answer, with a hint on what to check if no answer comes. Returns
 * null for any other sign-in.
 */
function waitingView(ctx: Context, row: SignInRow | undefined) {
  if (!row || row.state !== "begun") return null;
  const { words, signIn } = vendorOf(ctx.services, row).manifest;
  return {
    id: row.id,
    begunAt: row.createdAt.toISOString(),
    over: row.expiresAt <= ctx.services.now(),
    redirectUri: row.redirectUri,
    signIn: wordsOf(words).signIn,
    hint: signIn?.lostHint ?? "Check that this redirect URI is registered:",
  };
}

/**
 * Returns the person's sign-in for a configuration that isn't saved yet, with the form's values. Returns null if there
 * is none.
 */
export async function getPendingDraft(ctx: Context) {
  authorise(ctx, "settings.manage");
  const userId = ownId(ctx);
  return inOwnOrganisation(ctx, async (tx) => {
    const [row] = (await listSignIns(tx, ctx.actor.organisationId, userId)).filter(({ draft }) => draft);
    if (!row) return null;
    return {
      id: row.id,
      draft: row.draft as unknown as ConfigurationInput,
      waiting: waitingView(ctx, row),
    };
  });
}

const gone = () =>
  new ServiceError(
    "not_found",
    "This sign-in is over: it was finished, begun anew, or forgotten. Begin it again.",
  );

/**
 * Returns one of the caller's own sign-ins, for the page that is shown once the authority has redirected back to the portal.
 * Throws ServiceError `not_found`.
 */
export async function getOwnSignIn(ctx: Context, rawId: unknown) {
  authorise(ctx, "settings.own");
  const id = idOf(rawId, gone);
  const userId = ownId(ctx);
  const { organisationId } = ctx.actor;
  return inOwnOrganisation(ctx, async (tx) => {
    const row = await getSignIn(tx, organisationId, userId, id);
    if (!row) throw gone();
    const found = row.configurationId && (await getConfiguration(tx, organisationId, row.configurationId));
    const draft = row.draft as unknown as ConfigurationInput | null;
    const user = await getUser(tx, userId);
    return {
      id: row.id,
      state:
        row.expiresAt <= ctx.services.now() && row.state !== "failed" && row.state !== "done"
          ? ("over" as const)
          : row.state,
      account: row.account,
      configurationId: row.configurationId,
      // people may have a separate account for administration: the page points out that it isn't the one of their session
      isOther: user?.directoryId === row.directoryId && user?.objectId !== row.objectId,
      displayName: found ? found.configuration.displayName : (draft?.displayName ?? ""),
      redirectUri: row.redirectUri,
      vendorCode: row.vendorCode,
      problemCode: row.problemCode,
      problem: row.problemMessage,
      remedy: row.problemRemedy,
      returnTo: row.returnTo,
      vendor: row.vendor,
      words: wordsFor(ctx.services, row),
      /** the page on which an administrator of the directory grants the missing consent; null if no consent is missing */
      consentUrl: row.problemCode === "consent_missing" ? consentUrlOf(ctx, row) : null,
    };
  });
}
export type OwnSignIn = Awaited<ReturnType<typeof getOwnSignIn>>;

function consentUrlOf(ctx: Context, row: SignInRow): string | null {
  const { signIn } = vendorOf(ctx.services, row).can;
  if (!signIn?.consentUrl) return null;
  return signIn.consentUrl({ application: row.application, cloud: cloudOf(ctx.services, row) });
}

/** Deletes an unfinished sign-in of the person. A later answer to the sign-in isn't accepted. */
export async function forgetSignIn(ctx: Context, rawId: unknown): Promise<void> {
  authorise(ctx, "settings.own");
  const id = idOf(rawId, gone);
  const userId = ownId(ctx);
  const { organisationId } = ctx.actor;
  await inOwnOrganisation(ctx, async (tx) => {
    if (await getSignIn(tx, organisationId, userId, id)) await deleteSignIn(tx, organisationId, id);
  });
}

/**
 * Disconnects the person's account from a configuration. Deletes the account's tokens unless another configuration uses
 * them. Throws ServiceError `not_found`.
 */
export async function disconnect(ctx: Context, rawId: unknown): Promise<void> {
  authorise(ctx, "settings.own");
  const notConnected = () =>
    new ServiceError("not_found", "No account of yours is connected there any more.");
  const configurationId = idOf(rawId, notConnected);
  const userId = ownId(ctx);
  const { organisationId } = ctx.actor;
  await inOwnOrganisation(ctx, async (tx) => {
    const found = await getConfiguration(tx, organisationId, configurationId);
    if (!found || !(await deleteAccount(tx, organisationId, configurationId, userId))) throw notConnected();
    const subject = { kind: "configuration", id: configurationId };
    await recordAudit(ctx, tx, "connection.ended", subject, { displayName: found.configuration.displayName });
  });
}
