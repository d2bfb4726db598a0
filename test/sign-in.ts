import type { Context } from "#lib/core/context.ts";
import { takeAnswer } from "#lib/sources/accounts/answer.ts";
import { beginSignIn } from "#lib/sources/accounts/begin.ts";
import { type FinishEvent, finishSignIn } from "#lib/sources/accounts/finish.ts";
import { saveConfiguration } from "#lib/sources/configurations/save.ts";
import { all, signal } from "./steps.ts";

/** The object ids of the emulator's accounts, by first name. */
export const people = {
  ana: "b2000000-0000-4000-8000-000000000001",
  ben: "b2000000-0000-4000-8000-000000000002",
  vera: "b2000000-0000-4000-8000-000000000003",
  nils: "b2000000-0000-4000-8000-000000000004",
  fay: "b2000000-0000-4000-8000-000000000005",
  otto: "b2000000-0000-4000-8000-000000000007",
};

/** Returns the session to which this context's sign-ins are bound. */
export const sessionOf = (ctx: Context) =>
  `session of ${ctx.actor.kind === "user" ? ctx.actor.userId : ctx.actor.name}`;

/** Chooses an account on the emulated sign-in page. Returns the parameters of the address to which the page redirects. */
export async function choose(url: string, objectId: string): Promise<Record<string, string>> {
  const response = await fetch(url, {
    method: "POST",
    redirect: "manual",
    body: new URLSearchParams({ account: objectId }),
  });
  const location = response.headers.get("location");
  if (!location)
    throw new Error(`the sign-in page didn't redirect: ${response.status} ${await response.text()}`);
  return Object.fromEntries(new URL(location).searchParams);
}

/** Signs in at the emulated Microsoft and passes Microsoft's answer to the portal. Returns the sign-in's id. */
export async function answered(ctx: Context, url: string, objectId: string): Promise<string> {
  const taken = await takeAnswer(ctx, await choose(url, objectId), sessionOf(ctx));
  if ("notTaken" in taken) throw new Error(`not taken: ${taken.notTaken}`);
  return taken.signInId;
}

/** Connects a person's account to an existing configuration. Returns the last event that connecting yields. */
export async function connect(
  ctx: Context,
  configurationId: string,
  objectId: string,
): Promise<FinishEvent | undefined> {
  const { url } = await beginSignIn(ctx, configurationId, sessionOf(ctx), "/detections");
  const id = await answered(ctx, url, objectId);
  return (await all(finishSignIn(ctx, id, signal))).at(-1);
}

/** Saves a delegated configuration by signing in with its first account. Returns the configuration's id. */
export async function saveDelegated(ctx: Context, values: object, objectId: string): Promise<string> {
  const delegated = { ...values, authType: "delegated" };
  const options = { saveAsDisabled: false, signal, sessionId: sessionOf(ctx) };
  const [begun] = await all(saveConfiguration(ctx, delegated, options));
  if (begun?.type !== "sign_in") throw new Error(`no sign-in: ${JSON.stringify(begun)}`);
  const id = await answered(ctx, begun.url, objectId);
  const last = (await all(finishSignIn(ctx, id, signal))).at(-1);
  if (last?.type !== "connected") throw new Error(`not saved: ${JSON.stringify(last)}`);
  return last.configurationId;
}
