import "server-only";
import { headers } from "next/headers";
import { unstable_rethrow } from "next/navigation";
import { notForReader } from "#lib/domain/rendered-for.ts";
import { sessionEnded } from "#lib/domain/session.ts";
import { getEnv } from "#lib/platform/env.ts";
import { isDatabaseUnavailable, ServiceError } from "#lib/platform/errors.ts";
import { newReference } from "#lib/platform/ids.ts";
import type { Context } from "#lib/core/context.ts";
import { getServices } from "#lib/auth/services.ts";
import { currentContext, refusalOfPage } from "#lib/auth/session.ts";
import { countPageRequest } from "./api-limits.ts";
import { failureText, type Progress } from "./failure-text.ts";

export type ActionResult<T> =
  | { ok: true; value: T }
  | { ok: false; code: string; message: string; fields: Record<string, string> };

/**
 * Throws ServiceError `forbidden` unless the request's Origin header names this portal. Next itself only warns about such
 * requests.
 */
export async function requireSameOrigin(): Promise<void> {
  if ((await headers()).get("origin") === new URL(getEnv().portalUrl).origin) return;
  throw new ServiceError(
    "forbidden",
    `This request didn't come from a page of this portal, so nothing was changed. Open it at ${getEnv().portalUrl}.`,
  );
}

/** Whether another site made the browser send a request. Links and forms of other sites carry the session cookie too. */
export const isFromOtherSite = (sent: Pick<Headers, "get">): boolean =>
  ["cross-site", "same-site"].includes(sent.get("sec-fetch-site") ?? "");

/**
 * The wrapper of every server action. Checks origin and session, calls `verb` with the context, and turns errors into
 * answers. An action whose input doesn't name a row must pass the `organisationId` of its page, so that a page of one
 * organisation can't change another organisation.
 */
export async function act<T>(
  verb: (ctx: Context) => Promise<T>,
  organisationId?: string,
): Promise<ActionResult<T>> {
  let ctx: Context | undefined;
  try {
    ctx = await actionContext(organisationId);
    return { ok: true, value: await verb(ctx) };
  } catch (error) {
    logRefusal("action", error, ctx);
    return { ok: false, ...answerFor(error, ctx ? "begun" : "before") };
  }
}

/**
 * The wrapper of server actions that need no session. Checks the origin and turns errors into answers. Rethrows redirects.
 */
export async function actForAnyone<T>(work: () => Promise<T>): Promise<ActionResult<T>> {
  try {
    await requireSameOrigin();
    return { ok: true, value: await work() };
  } catch (error) {
    unstable_rethrow(error);
    logRefusal("sign_in", error);
    return { ok: false, ...answerFor(error, "begun") };
  }
}

/**
 * Returns the context of a server action. Throws ServiceError if the request comes from another origin, if nobody is signed
 * in, if the page was rendered for another organisation or person than the session has now, if `organisationId` isn't the
 * session's organisation, or if the person sends too many requests.
 */
export async function actionContext(organisationId?: string): Promise<Context> {
  await requireSameOrigin();
  const ctx = await currentContext();
  if (!ctx) throw new ServiceError("unauthenticated", sessionEnded);
  const refusal = await refusalOfPage(ctx.actor);
  if (refusal) throw new ServiceError("conflict", refusal);
  if (organisationId !== undefined && organisationId !== ctx.actor.organisationId)
    throw new ServiceError("conflict", notForReader.organisation);
  await countPageRequest(ctx.actor, "actions");
  return ctx;
}

/** the refusals of what somebody may not do, or may not see */
const refusals = new Set([
  "unauthenticated",
  "sign_in_again",
  "forbidden",
  "device_deactivated",
  "not_found",
]);

/**
 * Writes one line `access.refused` to the log if an error is a refusal. `at` says where; before a sign-in every ServiceError is
 * one, such as a used login link. The line has ids and no names.
 */
export function logRefusal(at: "action" | "handler" | "sign_in", error: unknown, ctx?: Context): void {
  if (!(error instanceof ServiceError) || (at !== "sign_in" && !refusals.has(error.code))) return;
  const { actor } = ctx ?? {};
  getServices().log("access.refused", {
    at,
    reason: error.code,
    ...(actor?.kind === "user" ? { userId: actor.userId } : {}),
    ...(actor ? { organisationId: actor.organisationId } : {}),
  });
}

/**
 * Returns what a person reads about an error. For a ServiceError, this is the error's own message. Any other error is logged
 * under a reference number, which the message contains; its code is `unavailable` if the database can't be reached, otherwise
 * `unexpected`.
 */
export function answerFor(
  error: unknown,
  progress: Progress,
): { code: string; message: string; fields: Record<string, string> } {
  if (error instanceof ServiceError)
    return { code: error.code, message: error.message, fields: error.fields };
  const reference = newReference();
  getServices().log("request.failed", { reference, error });
  return {
    code: isDatabaseUnavailable(error) ? "unavailable" : "unexpected",
    message: failureText(error, progress, reference),
    fields: {},
  };
}
