import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { TemplateFault } from "./expressions.ts";
import { post, type PostResponse } from "./post.ts";
import { isRetried, retryDelayMs } from "./retry.ts";
import { evaluateInputs, type Workflow } from "./workflow.ts";

type Attempt = { at: string; status: number | null; error?: string };
type RunStatus = "Running" | "Waiting" | "Succeeded" | "Failed" | "Cancelled";
export type Run = {
  id: string;
  workflowId: string;
  workflow: Workflow;
  triggerBody: unknown;
  inputs: Record<string, unknown> | null;
  status: RunStatus;
  startedAt: string;
  endedAt: string | null;
  attempts: Attempt[];
  outputs: { statusCode: number; body: unknown } | null;
  error: string | null;
};
/**
 * What a run uses. `slot` limits how many attempts run at the same time: it calls `work` as soon as another attempt may
 * run.
 */
type RunIo = {
  signal: AbortSignal;
  timeScale: () => number;
  slot: <T>(work: () => Promise<T>) => Promise<T>;
};

export const createRun = (workflowId: string, workflow: Workflow, triggerBody: unknown): Run => ({
  id: randomUUID(),
  workflowId,
  workflow,
  triggerBody,
  inputs: null,
  status: "Running",
  startedAt: new Date().toISOString(),
  endedAt: null,
  attempts: [],
  outputs: null,
  error: null,
});

/** Performs the workflow's action with its retries, and records the outcome in the run. Never throws. */
export async function performRun(run: Run, io: RunIo): Promise<void> {
  try {
    const inputs = evaluateInputs(run.workflow, run.triggerBody);
    run.inputs = inputs;
    const response = await postWithRetries(run, inputs, io);
    run.status = statusAfter(response, run.workflow);
  } catch (error) {
    run.status = io.signal.aborted ? "Cancelled" : "Failed";
    run.error = error instanceof TemplateFault ? error.message : "The action failed.";
  }
  run.endedAt = run.status === "Waiting" ? null : new Date().toISOString();
}

/**
 * Returns a run's status after its response. A run with a 202 waits forever, because the emulator doesn't poll the 202's
 * location as Logic Apps does.
 */
function statusAfter(response: PostResponse | null, { action }: Workflow): RunStatus {
  if (!response || response.statusCode < 200 || response.statusCode > 299) return "Failed";
  return response.statusCode === 202 && !action.disableAsyncPattern ? "Waiting" : "Succeeded";
}

async function postWithRetries(
  run: Run,
  inputs: Record<string, unknown>,
  { signal, timeScale, slot }: RunIo,
): Promise<PostResponse | null> {
  const { retryPolicy } = run.workflow.action;
  for (let retry = 0; ; retry++) {
    const at = new Date().toISOString();
    const response = await slot(() => post(inputs, signal)).catch((error: unknown) =>
      retriable(error, signal),
    );
    if (response instanceof Error) run.attempts.push({ at, status: null, error: reasonOf(response) });
    else {
      run.attempts.push({ at, status: response.statusCode });
      run.outputs = { statusCode: response.statusCode, body: response.body };
      if (!isRetried(response.statusCode)) return response;
    }
    if (retry === retryPolicy.count) return response instanceof Error ? null : response;
    const retryAfterMs = response instanceof Error ? 0 : response.retryAfterMs;
    const delayMs = Math.max(retryAfterMs, retryDelayMs(retryPolicy, retry + 1));
    await pause(delayMs * timeScale(), undefined, { signal, ref: false });
  }
}

/**
 * Returns the error if the request may be retried. Rethrows it if the workflow definition is wrong or the run was
 * cancelled.
 */
function retriable(error: unknown, signal: AbortSignal): Error {
  if (signal.aborted || error instanceof TemplateFault || !(error instanceof Error)) throw error;
  return error;
}

function reasonOf(error: Error): string {
  const { cause } = error;
  return cause instanceof Error && "code" in cause ? String(cause.code) : error.name;
}

const secured = "(secured)";

/** Describes a run as Azure's run history shows it. Inputs and outputs that the workflow definition secures are left out. */
export function describeRun(run: Run): object {
  const { trigger, action } = run.workflow;
  return {
    id: run.id,
    workflow: run.workflowId.split("/").at(-1),
    workflowId: run.workflowId,
    status: run.status,
    startedAt: run.startedAt,
    endedAt: run.endedAt,
    error: run.error,
    trigger: { name: trigger.name, outputs: trigger.hidesOutputs ? secured : { body: run.triggerBody } },
    action: {
      name: action.name,
      inputs: action.hidesInputs ? secured : run.inputs,
      outputs: action.hidesOutputs ? secured : run.outputs,
      attempts: run.attempts,
    },
  };
}
