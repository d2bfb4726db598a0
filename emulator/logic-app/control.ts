import type { Answer } from "../http.ts";
import { TemplateFault } from "./expressions.ts";
import type { DeploymentRequest, LogicApps } from "./logic-apps.ts";

/** Answers the control API's calls about deployments and runs of Logic Apps (README). Returns null for any other call. */
export function controlLogicApps(
  logicApps: LogicApps,
  method: string,
  path: string,
  body: Record<string, unknown>,
): Answer | null {
  const [, runId] = /^\/runs\/([\w-]+)\/resubmit$/.exec(path) ?? [];
  const routes: Record<string, () => Answer> = {
    "GET /deployments": () => ({ status: 200, body: logicApps.listDeployments() }),
    "POST /deployments": () => deploy(logicApps, body),
    "DELETE /deployments": () => (void logicApps.clear(), { status: 200, body: { ok: true } }),
    "GET /runs": () => ({ status: 200, body: logicApps.listRuns() }),
    "POST /runs/:id/resubmit": () => {
      const newRun = logicApps.resubmit(runId ?? "");
      return newRun
        ? { status: 200, body: newRun }
        : { status: 404, body: { error: "no such run, or it was lost" } };
    },
  };
  return routes[`${method} ${runId ? "/runs/:id/resubmit" : path}`]?.() ?? null;
}

function deploy(logicApps: LogicApps, body: Record<string, unknown>): Answer {
  try {
    return { status: 200, body: logicApps.deploy(body as DeploymentRequest) };
  } catch (error) {
    if (!(error instanceof TemplateFault)) throw error;
    return { status: 400, body: { error: error.message } };
  }
}
