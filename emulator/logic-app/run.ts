import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { TemplateFault } from "./expressions.ts";
import { type Posted, post } from "./post.ts";
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
/** `slot` holds an attempt until it may go out. */
type RunIo = {
  signal: AbortSignal;
  timeScale: () => number;
  slot: <T>(work: () => Promise<T>) => Promise<T>;
};

export const beginRun = (workflowId: string, workflow: Workflow, triggerBody: unknown): Run => ({
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

/** Does what the workflow's action says, with its own retries; the run holds how it went. Never throws. */
export async function act(run: Run, io: RunIo): Promise<void> {
  try {
    const inputs = evaluateInputs(run.workflow, run.triggerBody);
    run.inputs = inputs;
    const posted = await postWithRetries(run, inputs, io);
    run.status = statusAfter(posted, run.workflow);
  } catch (error) {
    run.status = io.signal.aborted ? "Cancelled" : "Failed";
    run.error = error instanceof TemplateFault ? error.message : "The action failed.";
  }
  run.endedAt = run.status === "Waiting" ? null : new Date().toISOString();
}

/** A 202 is the beginning of the asynchronous pattern, which waits for an end that nobody here ever tells. */
function statusAfter(posted: Posted | null, { action }: Workflow): RunStatus {
  if (!posted || posted.statusCode < 200 || posted.statusCode > 299) return "Failed";
  return posted.statusCode === 202 && !action.disableAsyncPattern ? "Waiting" : "Succeeded";
}

async function postWithRetries(
  run: Run,
  inputs: Record<string, unknown>,
  { signal, timeScale, slot }: RunIo,
): Promise<Posted | null> {
  const { retryPolicy } = run.workflow.action;
  for (let retry = 0; ; retry++) {
    const at = new Date().toISOString();
    const posted = await slot(() => post(inputs, signal)).catch((error: unknown) => noAnswer(error, signal));
    if (posted instanceof Error) run.attempts.push({ at, status: null, error: reasonOf(posted) });
    else {
      run.attempts.push({ at, status: posted.statusCode });
      run.outputs = { statusCode: posted.statusCode, body: posted.body };
      if (!isRetried(posted.statusCode)) return posted;
    }
    if (retry === retryPolicy.count) return posted instanceof Error ? null : posted;
    const asked = posted instanceof Error ? 0 : posted.retryAfterMs;
    const delayMs = Math.max(asked, retryDelayMs(retryPolicy, retry + 1));
    await pause(delayMs * timeScale(), undefined, { signal, ref: false });
  }
}

/** That nobody answered is retried; a definition's fault and our own end are not. */
function noAnswer(error: unknown, signal: AbortSignal): Error {
  if (signal.aborted || error instanceof TemplateFault || !(error instanceof Error)) throw error;
  return error;
}

function reasonOf(error: Error): string {
  const { cause } = error;
  return cause instanceof Error && "code" in cause ? String(cause.code) : error.name;
}

const secured = "(secured)";

/** The run as its history shows it to an admin of Azure: what the definition secures isn't there. */
export function shownRun(run: Run): object {
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
