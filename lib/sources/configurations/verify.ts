import type { Json } from "#lib/domain/detection.ts";
import { newReference } from "#lib/platform/ids.ts";
import type { VendorSource } from "#lib/vendors/contract.ts";
import type { VendorCredential } from "#lib/vendors/credential.ts";
import { VendorError, type VendorProblem, type VerifyStep } from "#lib/vendors/problem.ts";
import type { Context } from "#lib/core/context.ts";
import { sourceOf, vendorIo, vendorOf } from "#lib/core/vendors.ts";

/** A finished step of a check, as it is streamed to the page. */
export type StepEvent = { type: "step"; scopeId: string; step: VerifyStep };

/** The result of the check of one scope. */
export type Verified = {
  scopeId: string;
  passed: boolean;
  facts: { [key: string]: Json };
  problem: VendorProblem | null;
};

/** One scope of a configuration, saved or not. */
type Scope = Parameters<typeof sourceOf>[1];

/** Checks one scope with real calls to the vendor. Yields each finished step and returns the result. */
export async function* verifyScope(
  ctx: Context,
  of: Scope,
  credential: VendorCredential,
  signal: AbortSignal,
): AsyncGenerator<StepEvent, Verified, void> {
  const scopeId = of.scopeId;
  const outcome: Verified = { scopeId, passed: true, facts: {}, problem: null };
  for await (const step of steps(ctx, of, credential, signal)) {
    if (step.outcome === "failed") Object.assign(outcome, { passed: false, problem: step.problem });
    Object.assign(outcome.facts, step.facts);
    yield { type: "step", scopeId, step };
  }
  return outcome;
}

/** Runs the vendor's own steps. Yields a single failed step instead if the scope can't be called from here. */
async function* steps(
  ctx: Context,
  of: Scope,
  credential: VendorCredential,
  signal: AbortSignal,
): AsyncGenerator<VerifyStep, void, void> {
  let source: VendorSource;
  try {
    source = sourceOf(ctx.services, of, credential);
  } catch (error) {
    if (!(error instanceof VendorError)) throw error;
    const { problem } = error;
    const { message: detail, remedy } = problem;
    const named =
      problem.field === "cloud"
        ? { id: "cloud", label: "Cloud" }
        : { id: "configuration", label: "Configuration" };
    yield { ...named, outcome: "failed", detail, remedy, problem, tookMs: 0, facts: {} };
    return;
  }
  yield* vendorOf(ctx.services, of).verify(source, vendorIo(ctx.services, of, signal));
}

/** Returns the message for a person after a failed check. Logs the cause under `reference`. */
export function failureOf(
  ctx: Context,
  outcome: Verified,
): { message: string; maybeDelay: boolean; reference: string } {
  const reference = newReference();
  const { problem } = outcome;
  ctx.services.log("configuration.check_failed", {
    reference,
    scopeId: outcome.scopeId,
    code: problem?.code ?? "unknown",
    vendorCode: problem?.vendorCode ?? null,
    requestId: problem?.requestId ?? null,
  });
  return {
    message: problem?.message ?? "The check failed for a reason we don't know.",
    maybeDelay: problem?.maybeDelay ?? false,
    reference,
  };
}
