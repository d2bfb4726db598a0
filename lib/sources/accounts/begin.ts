import { createHash } from "node:crypto";
import type { Transaction } from "#db/client.ts";
import { getConfiguration } from "#db/queries/sources/configurations.ts";
import { holdWriteAs } from "#db/queries/sources/hold-configurations.ts";
import { getAccount } from "#db/queries/sources/accounts.ts";
import { deleteEarlierSignIns, insertSignIn } from "#db/queries/sources/sign-ins.ts";
import type { Json } from "#lib/domain/detection.ts";
import type { SealContext } from "#lib/platform/crypto.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import { newId, newToken, sha256 } from "#lib/platform/ids.ts";
import type { ConfigurationInput } from "#lib/schemas/configuration.ts";
import { VendorError } from "#lib/vendors/problem.ts";
import type { Application } from "#lib/vendors/credential.ts";
import type { VendorManifest } from "#lib/vendors/manifest.ts";
import {
  actorId,
  authorise,
  type Context,
  idOf,
  inOwnOrganisation,
  type Services,
} from "#lib/core/context.ts";
import { sealAt } from "#lib/core/sealing.ts";
import { cloudOf, vendorIo, vendorOf } from "#lib/core/vendors.ts";

/** how long a person may take to sign in at the authority */
export const signInMs = 10 * 60_000;

/** The secrets of a sign-in, which are sealed until the authority answers: PKCE verifier, nonce, and a claims challenge. */
export type Begun = { verifier: string; nonce: string; challenge: string | null };

type SignInRequest = {
  vendor: string;
  cloud: string;
  application: Application;
  configurationId: string | null;
  draft: ConfigurationInput | null;
  returnTo: string;
  loginHint: string | null;
  challenge: string | null;
};

export const signInPlace = (organisationId: string, rowId: string): SealContext => ({
  purpose: "sign-in",
  organisationId,
  rowId,
});

/** Returns the portal's address to which the authority sends people back, as it is registered with the application. */
export const redirectUriOf = ({ portalUrl }: Services, { signIn }: VendorManifest) =>
  `${portalUrl}${signIn?.callbackPath ?? "/api/connect/callback"}`;

const gone = () =>
  new ServiceError("not_found", "This configuration isn't here any more. Reload the page and try again.");

export const nothingToConnect = () =>
  new ServiceError(
    "conflict",
    "This configuration reads and writes as the application, so there is nothing to connect.",
  );

/**
 * Begins a person's sign-in for an existing configuration and returns the authority's page to open. The sign-in is bound to
 * the session, and replaces the person's earlier sign-in for the same configuration. Throws ServiceError.
 */
export async function beginSignIn(
  ctx: Context,
  rawId: unknown,
  sessionId: string,
  returnTo: string,
): Promise<{ url: string }> {
  authorise(ctx, "settings.own");
  const configurationId = idOf(rawId, gone);
  const { organisationId } = ctx.actor;
  const userId = ownId(ctx);
  const { found, before } = await inOwnOrganisation(ctx, async (tx) => ({
    found: await getConfiguration(tx, organisationId, configurationId),
    before: await getAccount(tx, organisationId, configurationId, userId),
  }));
  if (!found) throw gone();
  const { configuration, credential } = found;
  if (configuration.writeAs !== "person") throw nothingToConnect();
  return begin(ctx, sessionId, {
    vendor: configuration.vendor,
    cloud: configuration.cloud,
    application: credential.application,
    configurationId,
    draft: null,
    returnTo,
    // a person whose account was refused may want to choose another
    loginHint: before && (before.access === "granted" || before.challenge) ? before.signInName : null,
    challenge: before?.challenge ?? null,
  });
}

/**
 * Begins a person's sign-in for a configuration that isn't saved yet. The configuration is saved after the person has signed
 * in. Throws ServiceError.
 */
export function beginSavingSignIn(
  ctx: Context,
  input: ConfigurationInput,
  sessionId: string,
): Promise<{ url: string }> {
  authorise(ctx, "settings.manage");
  const { vendor, cloud, application } = input;
  return begin(ctx, sessionId, {
    vendor,
    cloud,
    application,
    configurationId: null,
    draft: input,
    returnTo: "/settings",
    loginHint: null,
    challenge: null,
  });
}

/**
 * Returns the actor's user id. Throws ServiceError `forbidden` for programs and API tokens, which can't sign in at an
 * authority.
 */
export function ownId(ctx: Context): string {
  const id = actorId(ctx.actor);
  if (!id || (ctx.actor.kind === "user" && ctx.actor.token))
    throw new ServiceError("forbidden", "Only a person in the browser can connect an account.");
  return id;
}

async function begin(ctx: Context, sessionId: string, request: SignInRequest): Promise<{ url: string }> {
  const { services } = ctx;
  const userId = ownId(ctx);
  const { manifest, can } = vendorOf(services, request);
  const { signIn } = can;
  if (!signIn) throw new ServiceError("invalid", "People can't connect their own accounts at this vendor.");
  const state = newToken();
  const begun: Begun = { verifier: newToken(), nonce: newToken(), challenge: request.challenge };
  const redirectUri = redirectUriOf(services, manifest);
  let url: string;
  try {
    url = await signIn.begin(
      {
        application: request.application,
        cloud: cloudOf(services, request),
      },
      {
        redirectUri,
        state,
        nonce: begun.nonce,
        codeChallenge: createHash("sha256").update(begun.verifier).digest("base64url"),
        loginHint: request.loginHint,
        challenge: request.challenge,
      },
      vendorIo(services, request, AbortSignal.timeout(20_000)),
    );
  } catch (error) {
    if (!(error instanceof VendorError)) throw error;
    const { field, message, remedy } = error.problem;
    throw new ServiceError("invalid", `${message} ${remedy}`, { fields: field ? { [field]: message } : {} });
  }
  const { authority } = manifest;
  const row = {
    ...request,
    authority,
    userId,
    redirectUri,
    stateHash: sha256(state),
    sessionHash: sha256(sessionId),
  };
  await inOwnOrganisation(ctx, (tx) => store(ctx, tx, row, begun));
  return { url };
}

async function store(
  ctx: Context,
  tx: Transaction,
  row: SignInRequest & {
    authority: string;
    userId: string;
    redirectUri: string;
    stateHash: Buffer;
    sessionHash: Buffer;
  },
  begun: Begun,
): Promise<void> {
  const { organisationId } = ctx.actor;
  const now = ctx.services.now();
  const id = newId();
  const { draft, loginHint: _hint, challenge: _challenge, ...columns } = row;
  await deleteEarlierSignIns(tx, organisationId, row.userId, row.configurationId);
  // an admin may have changed it while the authority was asked
  if (row.configurationId && (await holdWriteAs(tx, organisationId, row.configurationId)) !== "person")
    throw nothingToConnect();
  await insertSignIn(tx, {
    ...columns,
    organisationId,
    id,
    draft: draft as unknown as { [key: string]: Json } | null,
    sealed: await sealAt(ctx.services, tx, signInPlace(organisationId, id), JSON.stringify(begun)),
    state: "begun",
    createdAt: now,
    expiresAt: new Date(now.getTime() + signInMs),
  });
}
