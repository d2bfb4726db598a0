import type { Json } from "#lib/domain/detection.ts";
import { cleanText } from "#lib/domain/text.ts";
import type { VendorSource } from "../contract.ts";
import type { VendorIo } from "../io.ts";
import { VendorError, type VendorProblem, type VerifyStep } from "../problem.ts";
import { type EntraCall, entraApplication } from "../shared/microsoft-entra/api.ts";
import { findTenant } from "../shared/microsoft-entra/network.ts";
import { freshTokens } from "../shared/microsoft-entra/token-source.ts";
import { entraCall, problemFor } from "./api.ts";
import { type ArmClient, armClient } from "./client.ts";
import { azureError } from "./errors.ts";
import { normalise } from "./normalise.ts";
import { objectOf, wordOf } from "../shared/json.ts";
import { effectivePermissions, PermissionEntry } from "./permissions.ts";

type Finding = {
  outcome?: "passed" | "warning";
  detail: string;
  remedy?: string;
  facts?: { [key: string]: Json };
};

/**
 * Checks a configuration's values with real calls and yields each finished step. Three steps must pass: the tenant exists,
 * the credential is accepted, alerts can be listed. If one of these fails, the verification ends. The later steps can only
 * warn.
 */
export async function* verify(
  source: VendorSource<unknown>,
  io: VendorIo,
): AsyncGenerator<VerifyStep, void, void> {
  const { credential, cloud } = source;
  const at = entraCall(cloud, io);
  const person = credential.kind === "person";
  const who = person ? "Your account" : "The application";
  let client: ArmClient | undefined;
  const arm = () => {
    if (!client) throw new Error("the credential gate must pass first");
    return client;
  };
  const gates = [
    gate("tenant", "Tenant", async () => {
      const { tenantId, applicationId } = entraApplication(credential.application);
      await findOwnTenant(tenantId, applicationId, at);
      return { detail: "Found.", facts: { tenantId } };
    }),
    gate("credential", person ? "Account" : "Application and credential", async () => {
      client = armClient(source, await freshTokens(credential, at), io);
      return { detail: "Signed in." };
    }),
    gate("alerts", "Alerts", () => listAlerts(arm())),
  ];
  for (const run of gates) {
    const step = rewordStep(source, await run(io));
    yield step;
    if (step.outcome === "failed") return;
  }
  for (const run of [
    gate("subscription", "Subscription name", () => readSubscription(arm())),
    gate("plans", "Defender plans", () => readPlans(arm())),
    gate("rights", "Permission to change status", () => readRights(arm(), who, io)),
  ]) {
    const step = await run(io);
    yield step.outcome === "failed" ? { ...step, outcome: "warning" as const } : step;
  }
}

/** Rewords a failed step if the configuration uses a person's own account. */
function rewordStep({ credential }: VendorSource<unknown>, step: VerifyStep): VerifyStep {
  if (!step.problem) return step;
  const problem = problemFor(credential, step.problem);
  return { ...step, problem, detail: problem.message, remedy: problem.remedy };
}

/**
 * Checks that the tenant exists, and throws VendorError if not. The problem is `ids_swapped` if the application id is a
 * tenant's, because the two ids are then in each other's fields.
 */
async function findOwnTenant(tenantId: string, applicationId: string, at: EntraCall): Promise<void> {
  try {
    await findTenant(tenantId, at);
  } catch (error) {
    if (!(error instanceof VendorError) || error.problem.code !== "tenant_not_found") throw error;
    const swapped = await findTenant(applicationId, at).then(
      () => true,
      () => false,
    );
    if (!swapped) throw error;
    throw new VendorError({
      ...error.problem,
      code: "ids_swapped",
      message: "The Tenant ID and the Application ID are swapped.",
      remedy:
        "Swap them. On the app's Overview page, the Directory (tenant) ID goes into Tenant ID and the Application (client) ID into Application ID.",
      maybeDelay: false,
    });
  }
}

function gate(id: string, label: string, check: () => Promise<Finding>) {
  return async (io: VendorIo): Promise<VerifyStep> => {
    const started = performance.now();
    const done = (
      rest: Pick<VerifyStep, "outcome" | "detail" | "remedy" | "problem" | "facts">,
    ): VerifyStep => ({
      id,
      label,
      tookMs: Math.round(performance.now() - started),
      ...rest,
    });
    try {
      const { outcome = "passed", detail, remedy = null, facts = {} } = await check();
      return done({ outcome, detail, remedy, problem: null, facts });
    } catch (error) {
      if (io.signal.aborted) throw error;
      const problem: VendorProblem =
        error instanceof VendorError ? error.problem : azureError("refused").problem;
      if (!(error instanceof VendorError)) io.log("verify.unexpected", { step: id, error });
      return done({ outcome: "failed", detail: problem.message, remedy: problem.remedy, problem, facts: {} });
    }
  };
}

async function listAlerts(arm: ArmClient): Promise<Finding> {
  // a page of Azure's list may be empty although there are more
  for await (const { alerts } of arm.listAlerts()) {
    const count = alerts.length;
    if (count === 0) continue;
    const [newest] = alerts
      .map(({ value }) => normalise(value))
      .flatMap((result) => (result.ok ? [result.detection] : []))
      .sort((a, b) => (b.generatedAt ?? "").localeCompare(a.generatedAt ?? ""));
    const counted = count === 1 ? "1 alert" : `${count} alerts`;
    if (!newest)
      return {
        outcome: "warning",
        detail: `Alerts can be listed, but none of the ${counted} on the first page can be read.`,
        remedy: "Tell whoever runs PocketSOC: Azure's answer has another form than the one that it knows.",
        facts: { alertCount: count },
      };
    return {
      detail: `${counted} on the first page; the newest is “${cleanText(newest.title, 120)}”.`,
      facts: { alertCount: count, newestTitle: cleanText(newest.title, 200) },
    };
  }
  return { detail: "Alerts can be listed. There are none at present.", facts: { alertCount: 0 } };
}

async function readSubscription(arm: ArmClient): Promise<Finding> {
  try {
    const name = wordOf(objectOf(await arm.get("", "2022-12-01")).displayName, 120);
    return {
      detail: name ? `It is called “${name}”.` : "It has no name.",
      facts: { scopeName: name },
    };
  } catch (error) {
    if (error instanceof VendorError && error.problem.code === "role_missing") {
      return {
        detail: "Name not readable with this role. Optional.",
      };
    }
    throw error;
  }
}

async function readPlans(arm: ArmClient): Promise<Finding> {
  const { values, isWhole } = await arm.list("/providers/Microsoft.Security/pricings", "2024-01-01");
  const on = values
    .map(objectOf)
    .filter((plan) => wordOf(objectOf(plan.properties).pricingTier).toLowerCase() === "standard")
    .map((plan) => wordOf(plan.name));
  // a plan that wasn't read may be on
  if (on.length === 0 && !isWhole)
    return { outcome: "warning", detail: "Azure didn't list all Defender plans, so none is known to be on." };
  if (on.length === 0) {
    return {
      outcome: "warning",
      detail: "Every Defender plan is Free, so you will get no alerts.",
      remedy: "Switch on a plan: Defender for Cloud > Environment settings > this subscription.",
      facts: { plans: [] },
    };
  }
  return { detail: `On: ${on.join(", ")}.`, facts: { plans: on } };
}

async function readRights(arm: ArmClient, who: string, io: VendorIo): Promise<Finding> {
  const path = "/providers/Microsoft.Authorization/permissions";
  const { values, isWhole } = await arm.list(path, "2022-04-01");
  const rights = effectivePermissions(
    values.map((entry) => PermissionEntry.catch({ actions: [], notActions: [] }).parse(entry)),
  );
  const facts = { rights, rightsAsOf: io.now().toISOString() };
  const asOf = `as of ${facts.rightsAsOf.slice(11, 16)} UTC`;
  if ([rights.dismiss, rights.resolve, rights.activate].every((right) => right === "yes")) {
    const doubt =
      rights.inProgress === "yes" ? "" : " In Progress is probably allowed too; the first change shows it.";
    return { detail: `${who} may change the status of alerts (${asOf}).${doubt}`, facts };
  }
  // an assignment that wasn't read may allow it
  if (!isWhole)
    return {
      outcome: "warning",
      detail: `${who} has too many role assignments to tell whether it may change the status of alerts.`,
      remedy: "Try it with one alert: the first change shows it.",
    };
  return {
    outcome: "warning",
    detail: `${who} may read alerts but not change their status (${asOf}).`,
    remedy: "To change status from PocketSOC, assign Security Admin on this subscription.",
    facts,
  };
}
