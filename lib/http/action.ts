import "server-only";
import { headers } from "next/headers";
import { unstable_rethrow } from "next/navigation";
import { getEnv } from "#lib/platform/env.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import { newReference } from "#lib/platform/ids.ts";
import type { Context } from "#lib/core/context.ts";
import { getServices } from "#lib/auth/services.ts";
import { currentContext } from "#lib/auth/session.ts";

export type ActionResult<T> =
  | { ok: true; value: T }
  | { ok: false; code: string; message: string; fields: Record<string, string> };

/** Refuses a request from another origin, or without one, which Next only warns about. Throws ServiceError `forbidden`. */
export async function requireSameOrigin(): Promise<void> {
  if ((await headers()).get("origin") === new URL(getEnv().portalUrl).origin) return;
  throw new ServiceError(
    "forbidden",
    `This request didn't come from a page of this portal, so nothing was changed. Open it at ${getEnv().portalUrl}.`,
  );
}

/**
 * The wrapper of every server action: checks origin and session, calls the verb, and turns errors into answers. An action whose
 * input names no row of an organisation passes the `organisationId` of its page, so that it can't act in another one.
 */
export async function act<T>(
  verb: (ctx: Context) => Promise<T>,
  organisationId?: string,
): Promise<ActionResult<T>> {
  try {
    return { ok: true, value: await verb(await actionContext(organisationId)) };
  } catch (error) {
    return { ok: false, ...answerFor(error) };
  }
}

/** The wrapper of actions for people who aren't signed in or are in no organisation. A redirect passes through. */
export async function actForAnyone(work: () => Promise<void>): Promise<ActionResult<void>> {
  try {
    await requireSameOrigin();
    return { ok: true, value: await work() };
  } catch (error) {
    unstable_rethrow(error);
    return { ok: false, ...answerFor(error) };
  }
}

/** The context of a server action. Throws ServiceError, also when `organisationId` isn't the session's organisation. */
export async function actionContext(organisationId?: string): Promise<Context> {
  await requireSameOrigin();
  const ctx = await currentContext();
  if (!ctx)
    throw new ServiceError("unauthenticated", "Your session has ended. Sign in again; nothing was changed.");
  if (organisationId !== undefined && organisationId !== ctx.actor.organisationId)
    throw new ServiceError(
      "conflict",
      "You chose another organisation in another tab, so nothing was changed. Reload this page first.",
    );
  return ctx;
}

/** What a person reads of an error: a ServiceError's message, or a reference number under which the log has the cause. */
export function answerFor(error: unknown): { code: string; message: string; fields: Record<string, string> } {
  if (error instanceof ServiceError)
    return { code: error.code, message: error.message, fields: error.fields };
  const reference = newReference();
  getServices().log("request.failed", { reference, error });
  return {
    code: "unexpected",
    message: `Something went wrong on our side and nothing was changed. Try again; if it stays, tell whoever runs PocketSOC the reference ${reference}.`,
    fields: {},
  };
}
