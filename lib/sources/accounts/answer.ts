import { z } from "zod";
import { limited } from "#lib/schemas/limited.ts";
import { lockSignInByState, moveSignIn, type SignInRow } from "#db/queries/sources/sign-ins.ts";
import { newReference, sameBytes, sha256 } from "#lib/platform/ids.ts";
import { VendorError, type VendorProblem } from "#lib/vendors/problem.ts";
import { authorise, type Context, inOwnOrganisation } from "#lib/core/context.ts";
import { openAt, sealAt } from "#lib/core/sealing.ts";
import { cloudOf, vendorIo, vendorOf } from "#lib/core/vendors.ts";
import { type Begun, ownId, signInMs, signInPlace } from "./begin.ts";
import { signInNeeded } from "./tokens.ts";

/** The reasons why an answer to a sign-in isn't accepted, by code. An answer that isn't accepted changes nothing. */
export const notTaken = {
  unknown:
    "PocketSOC knows no sign-in that this answer belongs to. It may have been begun again in another tab, or long ago.",
  foreign: "This sign-in was begun by someone else, or in another session.",
  used: "This answer was used already. An answer counts once, whether its sign-in succeeded or failed.",
  late: "The sign-in took longer than ten minutes, so its answer isn't accepted any more.",
  unreadable: "The answer holds neither a code nor an error that could be read.",
  consented: "Microsoft says that consent was given for the directory.",
  signed_out: "Your session in PocketSOC had ended when you came back from Microsoft.",
} as const;
type NotTaken = keyof typeof notTaken;

const Answer = z.object({
  state: limited(43).regex(/^[\w-]{43}$/),
  code: limited(8_192).min(1).optional(),
  error: limited(200).optional(),
  error_description: limited(8_192).catch("").optional(),
});

/**
 * Accepts the authority's answer to a sign-in, once. The person must have begun the sign-in in this session within the
 * last ten minutes. Returns the sign-in to finish, or the reason why the answer isn't accepted.
 */
export async function takeAnswer(
  ctx: Context,
  parameters: Record<string, unknown>,
  sessionId: string,
): Promise<{ signInId: string } | { notTaken: NotTaken }> {
  authorise(ctx, "settings.own");
  const userId = ownId(ctx);
  // the authority also sends administrators here after they consented for the directory; no sign-in belongs to that
  const isConsent = ctx.services.vendors.all.some(({ can }) => can.signIn?.isConsent?.(parameters));
  if (isConsent && !parameters.state) return { notTaken: "consented" };
  const answer = Answer.safeParse(parameters);
  if (!answer.success) return { notTaken: "unreadable" };
  const { code, error } = answer.data;
  if (!code && !error) return { notTaken: "unreadable" };
  const { organisationId } = ctx.actor;
  const accepted = await inOwnOrganisation(ctx, async (tx) => {
    const row = await lockSignInByState(tx, organisationId, sha256(answer.data.state));
    if (!row) return "unknown";
    if (row.userId !== userId || !sameBytes(row.sessionHash, sha256(sessionId))) return "foreign";
    if (row.state !== "begun") return "used";
    if (row.expiresAt <= ctx.services.now()) return "late";
    // from here on the state is used, whatever happens next
    await moveSignIn(tx, organisationId, row.id, ["begun"], { state: "answered" });
    const begun = await openAt(ctx.services, tx, signInPlace(organisationId, row.id), row.sealed);
    return { row, begun: begun === null ? null : (JSON.parse(begun) as Begun) };
  });
  if (typeof accepted === "string") return { notTaken: accepted };
  const { row, begun } = accepted;
  const { signIn } = vendorOf(ctx.services, row).can;
  const failed =
    error && signIn
      ? signIn.problem(error, answer.data.error_description ?? "")
      : await redeem(ctx, row, begun, code ?? "");
  if (failed) await fail(ctx, row, failed);
  return { signInId: row.id };
}

/**
 * Redeems the authority's code for tokens, and stores the tokens with the sign-in. Returns the problem, or null if
 * there was none.
 */
async function redeem(
  ctx: Context,
  row: SignInRow,
  begun: Begun | null,
  code: string,
): Promise<VendorProblem | null> {
  const { services } = ctx;
  const { signIn } = vendorOf(services, row).can;
  if (!begun || !signIn)
    return signInNeeded("The stored beginning of this sign-in can't be opened any more.");
  try {
    const { application, redirectUri } = row;
    const { cache, account, directoryId, objectId } = await signIn.finish(
      { application, cloud: cloudOf(services, row) },
      { code, redirectUri, ...begun },
      vendorIo(services, row, AbortSignal.timeout(30_000)),
    );
    await inOwnOrganisation(ctx, async (tx) => {
      const place = signInPlace(row.organisationId, row.id);
      await moveSignIn(tx, row.organisationId, row.id, ["answered"], {
        state: "signed_in",
        sealed: await sealAt(services, tx, place, cache),
        account: account.slice(0, 320),
        directoryId,
        objectId,
        expiresAt: new Date(services.now().getTime() + signInMs),
      });
    });
    return null;
  } catch (error) {
    if (error instanceof VendorError) return error.problem;
    throw error;
  }
}

async function fail(ctx: Context, row: SignInRow, problem: VendorProblem): Promise<void> {
  const { code, vendorCode, requestId, message, remedy } = problem;
  const reference = newReference();
  ctx.services.log("sign_in.failed", { reference, signInId: row.id, code, vendorCode, requestId });
  await inOwnOrganisation(ctx, async (tx) => {
    await moveSignIn(tx, row.organisationId, row.id, ["answered"], {
      state: "failed",
      sealed: Buffer.alloc(0),
      problemCode: code,
      problemMessage: message,
      problemRemedy: `${remedy} (reference ${reference})`,
      vendorCode,
    });
  });
}
