import type { Alert } from "../azure/seed-alerts.ts";
import type { Store } from "../azure/store.ts";
import { alertBody } from "./alert-body.ts";
import { type Automation, describeAutomation, isTriggeredBy, readAutomation } from "./automation.ts";
import { TemplateFault } from "./expressions.ts";
import { createRun, describeRun, performRun, type Run } from "./run.ts";
import { callbackUrl, resolveTemplate } from "./template.ts";
import { readWorkflow, type Workflow } from "./workflow.ts";

type App = { id: string; workflow: Workflow; timer?: NodeJS.Timeout };
export type DeploymentRequest = {
  template: Record<string, unknown>;
  parameters: Record<string, unknown>;
  subscriptionId: string;
  resourceGroup: string;
};

const runsMax = 5_000;
const activeRunsMax = 10_000;
const postConcurrency = 50;
const apiVersions: Record<string, string> = {
  "Microsoft.Logic/workflows": "2019-05-01",
  "Microsoft.Security/automations": "2023-12-01-preview",
};

/** The deployed Logic Apps with their runs, and the workflow automations. All are in memory only. */
export class LogicApps {
  private readonly store: Store;
  private deployments: object[] = [];
  private apps = new Map<string, App>();
  private automations = new Map<string, Automation>();
  private runs: Run[] = [];
  private automationTimers = new Set<NodeJS.Timeout>();
  private activeRuns = new Set<Promise<void>>();
  private cancellation = new AbortController();
  private freeSlots = postConcurrency;
  private waitingForSlot: (() => void)[] = [];

  constructor(store: Store) {
    this.store = store;
    store.onNewAlerts = (alerts) => this.triggerAutomations(alerts);
    store.onReset = () => void this.clear();
  }

  /**
   * Deploys a template as Resource Manager does. Returns the deployment's entry in the history. Throws TemplateFault if
   * Azure would refuse the template.
   */
  deploy({ template, parameters, subscriptionId, resourceGroup }: DeploymentRequest): object {
    const subscription = this.store.subscriptions.find(({ id }) => id === subscriptionId);
    if (!subscription) throw new TemplateFault(`The subscription ${subscriptionId} could not be found.`);
    const target = {
      subscriptionId,
      subscriptionName: subscription.name,
      tenantId: subscription.tenantId,
      resourceGroup: resourceGroup || "rg-pocketsoc",
      location: "westeurope",
    };
    const { resources, outputs, visibleParameters } = resolveTemplate(template, parameters, target);
    // a template with a fault deploys nothing: every resource is read before any is saved
    const parsed = resources.map((resource) => {
      if (apiVersions[resource.type] !== resource.apiVersion)
        throw new TemplateFault(`${resource.type} in version ${resource.apiVersion} isn't supported.`);
      return resource.type === "Microsoft.Logic/workflows"
        ? { app: { id: resource.id, workflow: readWorkflow(resource.properties) } }
        : { automation: readAutomation(resource) };
    });
    for (const { app, automation } of parsed) {
      if (app) this.saveApp(app);
      if (automation) this.automations.set(automation.id.toLowerCase(), automation);
    }
    const deployment = {
      at: new Date().toISOString(),
      subscriptionId,
      resourceGroup: target.resourceGroup,
      parameters: visibleParameters,
      outputs,
      resources: resources.map(({ id }) => id),
    };
    this.deployments.push(deployment);
    return deployment;
  }

  listDeployments = () => this.deployments;
  listRuns = () => this.runs.map(describeRun);
  /** Lists the automations of a subscription or a resource group; `scope` is its id. */
  listAutomations(scope: string): object[] {
    return [...this.automations.values()]
      .filter(({ id }) => id.toLowerCase().startsWith(`${scope.toLowerCase()}/`))
      .map((automation) => describeAutomation(automation, !this.store.settings.disableAutomation));
  }

  /**
   * Starts a new run with the body of an earlier run, as "Trigger logic app" in the Azure portal does. Returns the new run,
   * or null if the earlier run doesn't exist.
   */
  resubmit(runId: string): object | null {
    const run = this.runs.find(({ id }) => id === runId);
    const newRun = run && this.start({ id: run.workflowId, workflow: run.workflow }, run.triggerBody);
    return newRun ? describeRun(newRun) : null;
  }

  /** Removes all Logic Apps and automations, and cancels their runs. Resolves once no run is active. */
  async clear(): Promise<void> {
    this.cancellation.abort();
    this.cancellation = new AbortController();
    for (const timer of [...this.automationTimers, ...[...this.apps.values()].map((app) => app.timer)])
      clearTimeout(timer);
    this.automationTimers.clear();
    this.deployments = [];
    this.apps.clear();
    this.automations.clear();
    this.runs = [];
    await Promise.all(this.activeRuns);
  }

  private saveApp(app: App): void {
    const key = app.id.toLowerCase();
    clearTimeout(this.apps.get(key)?.timer);
    this.apps.set(key, app);
    const { everyMs } = app.workflow.trigger;
    if (everyMs === null) return;
    const recur = () => {
      this.start(app, null);
      const waitMs = Math.max(20, everyMs * this.store.settings.logicAppTimeScale);
      app.timer = setTimeout(recur, waitMs).unref();
    };
    recur();
  }

  private triggerAutomations(alerts: Alert[]): void {
    const { disableAutomation, automationDelayMs } = this.store.settings;
    if (disableAutomation || this.automations.size === 0) return;
    const trigger = () => {
      for (const alert of alerts) this.startRunsFor(alert);
    };
    if (automationDelayMs === 0) return trigger();
    const timer = setTimeout(
      () => (this.automationTimers.delete(timer), trigger()),
      automationDelayMs,
    ).unref();
    this.automationTimers.add(timer);
  }

  private startRunsFor(alert: Alert): void {
    const body = alertBody(alert);
    for (const automation of this.automations.values()) {
      if (!isTriggeredBy(automation, alert.id, body)) continue;
      for (const { logicAppResourceId, uri } of automation.properties.actions) {
        const app = this.apps.get(logicAppResourceId.toLowerCase());
        // as in Azure, an address that isn't the trigger's own starts nothing and reports nothing
        if (!app || uri !== callbackUrl(`${app.id}/triggers/${app.workflow.trigger.name}`)) continue;
        this.start(app, body);
        if (this.store.settings.duplicateWebhooks) this.start(app, body);
      }
    }
  }

  private start(app: App, triggerBody: unknown): Run | null {
    if (this.store.settings.dropWebhooks || this.activeRuns.size >= activeRunsMax) return null;
    const run = createRun(app.id, app.workflow, triggerBody);
    this.runs.push(run);
    if (this.runs.length > runsMax) this.runs.splice(0, this.runs.length - runsMax);
    const io = {
      signal: this.cancellation.signal,
      timeScale: () => this.store.settings.logicAppTimeScale,
      slot: <T>(work: () => Promise<T>) => this.inSlot(work),
    };
    const performing: Promise<void> = performRun(run, io).finally(() => this.activeRuns.delete(performing));
    this.activeRuns.add(performing);
    return run;
  }

  private async inSlot<T>(work: () => Promise<T>): Promise<T> {
    if (this.freeSlots > 0) this.freeSlots--;
    else await new Promise<void>((resolve) => this.waitingForSlot.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.waitingForSlot.shift();
      if (next) next();
      else this.freeSlots++;
    }
  }
}
