import type { Json } from "#lib/domain/detection.ts";
import { newReference } from "#lib/platform/ids.ts";
import {
  VendorError,
  type VendorIo,
  type VendorProblem,
  type VendorTarget,
  type VerifyStep,
} from "#lib/vendors/contract.ts";
import { getVendor } from "#lib/vendors/registry.ts";
import type { Context } from "#lib/core/context.ts";
import { vendorIo } from "#lib/core/vendor-io.ts";

/** A finished step, as it is streamed to the page. */
export type StepEvent = { type: "step"; subscriptionId: string; step: VerifyStep };

/** What verification found out about one subscription. */
export type Verified = {
  subscriptionId: string;
  passed: boolean;
  facts: { [key: string]: Json };
  problem: VendorProblem | null;
};

/** Checks one subscription with the vendor's real calls, yields each finished step, and returns the sum. */
export async function* verifySubscription(
  ctx: Context,
  at: { vendor: string; cloud: string },
  target: VendorTarget,
  signal: AbortSignal,
): AsyncGenerator<StepEvent, Verified, void> {
  const { subscriptionId } = target;
  const outcome: Verified = { subscriptionId, passed: true, facts: {}, problem: null };
  for await (const step of steps(ctx, at, target, signal)) {
    if (step.outcome === "failed") Object.assign(outcome, { passed: false, problem: step.problem });
    Object.assign(outcome.facts, step.facts);
    yield { type: "step", subscriptionId, step };
  }
  return outcome;
}

/** The vendor's own steps, or the one that says why it isn't asked at all. */
async function* steps(
  ctx: Context,
  at: { vendor: string; cloud: string },
  target: VendorTarget,
  signal: AbortSignal,
): AsyncGenerator<VerifyStep, void, void> {
  let io: VendorIo;
  try {
    io = vendorIo(ctx.services, at, signal);
  } catch (error) {
    if (!(error instanceof VendorError)) throw error;
    const { problem } = error;
    const { message: detail, remedy } = problem;
    yield { id: "cloud", label: "Cloud", outcome: "failed", detail, remedy, problem, tookMs: 0, facts: {} };
    return;
  }
  yield* getVendor(at.vendor).verify(target, io);
}

/** What a person reads of a failed check; the cause goes to the log under the reference. */
export function failureOf(
  ctx: Context,
  outcome: Verified,
): { message: string; maybeDelay: boolean; reference: string } {
  const reference = newReference();
  const { problem } = outcome;
  ctx.services.log("configuration.check_failed", {
    reference,
    subscriptionId: outcome.subscriptionId,
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
