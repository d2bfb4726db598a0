import type { Json } from "#lib/domain/detection.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import type { AlertPage } from "#lib/vendors/contract.ts";
import type { VendorCredential } from "#lib/vendors/credential.ts";
import { VendorError } from "#lib/vendors/problem.ts";
import { type ConfigurationAccess, listAccess } from "#lib/core/access.ts";
import { beginAsk, recordAnswer } from "../accounts/outcome.ts";
import { personCredential } from "../accounts/tokens.ts";
import { type Context, actorId, authorise, idOf, inOwnOrganisation } from "#lib/core/context.ts";
import { openCredential } from "#lib/core/sealing.ts";
import { type KeyringPlace, openByKeyring, sealByKeyring } from "#lib/core/keyring.ts";
import { accountsPage, sourceOf, vendorIo, vendorOf, wordsFor } from "#lib/core/vendors.ts";

/**
 * One page of alerts. Each alert is JSON text exactly as the vendor sent it. `cursor` leads to the next page; null on
 * the last page.
 */
type VendorAlertPage = { alerts: string[]; cursor: string | null };

const gone = () =>
  new ServiceError(
    "not_found",
    "This configuration isn't in your organisation, was deleted, or your account may not see it.",
  );

/**
 * Returns one page of the alerts that the vendor lists now. Signs in with the stored credential or, for a delegated
 * configuration, with the caller's account. `cursor` comes from the previous page. Throws ServiceError.
 */
export async function listVendorAlerts(
  ctx: Context,
  rawId: unknown,
  cursor: string | null,
  signal: AbortSignal,
): Promise<VendorAlertPage> {
  authorise(ctx, "detections.read");
  const id = idOf(rawId, gone);
  const found = await inOwnOrganisation(ctx, async (tx) => {
    const ownAccess = (await listAccess(ctx, tx)).find(({ configuration }) => configuration.id === id);
    if (!ownAccess?.readable) throw gone();
    refuseIdle(ctx, ownAccess);
    const { configuration, credential } = ownAccess;
    const application =
      configuration.readAs === "person" ? null : await openCredential(ctx.services, tx, credential);
    return { ...ownAccess, application };
  });
  const { configuration, credential, account, application } = found;
  const place = cursorPlace(ctx, id);
  const next = cursor === null ? null : openCursor(ctx, place, cursor);
  const page = await ask(ctx, found, signal, () => {
    const own = account && personCredential(ctx.services, account, { configuration, credential });
    const signingIn: VendorCredential | null = application ?? own;
    if (!signingIn) throw gone();
    const source = sourceOf(ctx.services, configuration, signingIn);
    return vendorOf(ctx.services, configuration).list(
      source,
      next,
      vendorIo(ctx.services, configuration, signal),
    );
  });
  return {
    alerts: page.alerts.map(({ text }) => text),
    cursor: page.next === null ? null : sealCursor(ctx, place, page.next),
  };
}

function refuseIdle(ctx: Context, { configuration, account }: ConfigurationAccess): void {
  const words = wordsFor(ctx.services, configuration);
  const { displayName, readAs, disabledAt } = configuration;
  if (disabledAt)
    throw new ServiceError(
      "conflict",
      `“${displayName}” is disabled, so ${words.provider} isn't asked. An admin can enable it.`,
    );
  if (readAs === "person" && account?.signInNeeded)
    throw new ServiceError(
      "conflict",
      `Your ${words.account} for “${displayName}” has to sign in again, in the portal under ${accountsPage(ctx.services)}.`,
    );
}

async function ask(
  ctx: Context,
  { configuration, account }: ConfigurationAccess,
  signal: AbortSignal,
  list: () => Promise<AlertPage>,
): Promise<AlertPage> {
  const own = configuration.readAs === "person" ? account : null;
  const asked = own && (await beginAsk(ctx.services));
  try {
    const page = await list();
    if (own && asked) await recordAnswer(ctx.services, own, null, asked);
    return page;
  } catch (error) {
    if (signal.aborted) {
      const { provider } = wordsFor(ctx.services, configuration);
      throw new ServiceError("unavailable", `${provider} did not answer in time. Try again in a moment.`, {
        cause: error,
      });
    }
    if (!(error instanceof VendorError)) throw error;
    const { problem } = error;
    if (own) await recordAnswer(ctx.services, own, problem);
    // to a person the vendor refuses, the configuration doesn't exist
    if (own && problem.refuses) throw gone();
    throw new ServiceError("unavailable", `${problem.message} ${problem.remedy}`, { cause: error });
  }
}

// The vendor's cursor is an address that our token is sent to, so clients get it sealed and can't make one up.
function cursorPlace(ctx: Context, configurationId: string): KeyringPlace {
  const { organisationId } = ctx.actor;
  const rowId = `${configurationId}|${actorId(ctx.actor) ?? ""}`;
  return { purpose: "vendor-alerts-cursor", organisationId, rowId };
}

function sealCursor(ctx: Context, place: KeyringPlace, next: Json): string {
  const text = JSON.stringify(next);
  return sealByKeyring(ctx.services, place, Buffer.from(text, "utf8")).toString("base64url");
}

function openCursor(ctx: Context, place: KeyringPlace, cursor: string): Json {
  const next = openByKeyring(ctx.services, place, Buffer.from(cursor.slice(0, 8_192), "base64url"));
  if (!next)
    throw new ServiceError("invalid", "This cursor isn't one of this list's. Begin again without it.", {
      fields: { cursor: "It isn't one that this list gave." },
    });
  return JSON.parse(next.toString("utf8")) as Json;
}
