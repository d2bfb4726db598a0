import type { Alert } from "../azure/seed-alerts.ts";
import type { Store } from "../azure/store.ts";
import { actsOn, type Automation, readAutomation, shownAutomation } from "./automation.ts";
import { TemplateFault } from "./expressions.ts";
import { pushBody } from "./push-body.ts";
import { act, beginRun, type Run, shownRun } from "./run.ts";
import { callbackUrl, resolveTemplate } from "./template.ts";
import { readWorkflow, type Workflow } from "./workflow.ts";

type App = { id: string; workflow: Workflow; timer?: NodeJS.Timeout };
export type DeploymentRequest = {
  template: Record<string, unknown>;
  parameters: Record<string, unknown>;
  subscriptionId: string;
  resourceGroup: string;
};

const runsKept = 5_000;
const runsAtOnceMax = 10_000;
const postsAtOnceMax = 50;
const known: Record<string, string> = {
  "Microsoft.Logic/workflows": "2019-05-01",
  "Microsoft.Security/automations": "2023-12-01-preview",
};

/** The Logic Apps and workflow automations that were deployed, and their runs. Held in memory only. */
export class LogicApps {
  private readonly store: Store;
  private deployments: object[] = [];
  private apps = new Map<string, App>();
  private automations = new Map<string, Automation>();
  private runs: Run[] = [];
  private delayed = new Set<NodeJS.Timeout>();
  private active = new Set<Promise<void>>();
  private ending = new AbortController();
  private slots = postsAtOnceMax;
  private waiting: (() => void)[] = [];

  constructor(store: Store) {
    this.store = store;
    store.onArrival = (alerts) => this.announce(alerts);
    store.onReset = () => void this.clear();
  }

  /** Deploys a template as Resource Manager would; a TemplateFault says what stands in the way. */
  deploy({ template, parameters, subscriptionId, resourceGroup }: DeploymentRequest): object {
    const subscription = this.store.subscriptions.find((one) => one.id === subscriptionId);
    if (!subscription) throw new TemplateFault(`The subscription ${subscriptionId} could not be found.`);
    const place = {
      subscriptionId,
      subscriptionName: subscription.name,
      tenantId: subscription.tenantId,
      resourceGroup: resourceGroup || "rg-pocketsoc",
      location: "westeurope",
    };
    const { resources, outputs, shownParameters } = resolveTemplate(template, parameters, place);
    // all are read before any is kept
    const read = resources.map((resource) => {
      if (known[resource.type] !== resource.apiVersion)
        throw new TemplateFault(`${resource.type} of ${resource.apiVersion} is not known here.`);
      return resource.type === "Microsoft.Logic/workflows"
        ? { app: { id: resource.id, workflow: readWorkflow(resource.properties) } }
        : { automation: readAutomation(resource) };
    });
    for (const { app, automation } of read) {
      if (app) this.keepApp(app);
      if (automation) this.automations.set(automation.id.toLowerCase(), automation);
    }
    const shown = {
      at: new Date().toISOString(),
      subscriptionId,
      resourceGroup: place.resourceGroup,
      parameters: shownParameters,
      outputs,
      resources: resources.map((one) => one.id),
    };
    this.deployments.push(shown);
    return shown;
  }

  shownDeployments = () => this.deployments;
  shownRuns = () => this.runs.map(shownRun);
  shownAutomations(within: string): object[] {
    return [...this.automations.values()]
      .filter((one) => one.id.toLowerCase().startsWith(`${within.toLowerCase()}/`))
      .map((one) => shownAutomation(one, !this.store.settings.disableAutomation));
  }

  /** Posts again what a run posted, as "Trigger logic app" does by hand. Null when there is no such run. */
  resubmit(runId: string): object | null {
    const run = this.runs.find((one) => one.id === runId);
    const again = run && this.start({ id: run.workflowId, workflow: run.workflow }, run.triggerBody);
    return again ? shownRun(again) : null;
  }

  /** Takes everything away; what runs is cancelled. Resolves once nothing runs. */
  async clear(): Promise<void> {
    this.ending.abort();
    this.ending = new AbortController();
    for (const timer of [...this.delayed, ...[...this.apps.values()].map((one) => one.timer)])
      clearTimeout(timer);
    this.delayed.clear();
    this.deployments = [];
    this.apps.clear();
    this.automations.clear();
    this.runs = [];
    await Promise.all(this.active);
  }

  private keepApp(app: App): void {
    const key = app.id.toLowerCase();
    clearTimeout(this.apps.get(key)?.timer);
    this.apps.set(key, app);
    const { everyMs } = app.workflow.trigger;
    if (everyMs === null) return;
    const turn = () => {
      this.start(app, null);
      const waitMs = Math.max(20, everyMs * this.store.settings.logicAppTimeScale);
      app.timer = setTimeout(turn, waitMs).unref();
    };
    turn();
  }

  private announce(alerts: Alert[]): void {
    const { disableAutomation, automationDelayMs } = this.store.settings;
    if (disableAutomation || this.automations.size === 0) return;
    const fire = () => {
      for (const alert of alerts) this.fire(alert);
    };
    if (automationDelayMs === 0) return fire();
    const timer = setTimeout(() => (this.delayed.delete(timer), fire()), automationDelayMs).unref();
    this.delayed.add(timer);
  }

  private fire(alert: Alert): void {
    const body = pushBody(alert);
    for (const automation of this.automations.values()) {
      if (!actsOn(automation, alert.id, body)) continue;
      for (const { logicAppResourceId, uri } of automation.properties.actions) {
        const app = this.apps.get(logicAppResourceId.toLowerCase());
        // by an address that is not the trigger's own nothing starts, and nobody hears of it
        if (!app || uri !== callbackUrl(`${app.id}/triggers/${app.workflow.trigger.name}`)) continue;
        this.start(app, body);
        if (this.store.settings.duplicateWebhooks) this.start(app, body);
      }
    }
  }

  private start(app: App, triggerBody: unknown): Run | null {
    if (this.store.settings.dropWebhooks || this.active.size >= runsAtOnceMax) return null;
    const run = beginRun(app.id, app.workflow, triggerBody);
    this.runs.push(run);
    if (this.runs.length > runsKept) this.runs.splice(0, this.runs.length - runsKept);
    const io = {
      signal: this.ending.signal,
      timeScale: () => this.store.settings.logicAppTimeScale,
      slot: <T>(work: () => Promise<T>) => this.inSlot(work),
    };
    const acting: Promise<void> = act(run, io).finally(() => this.active.delete(acting));
    this.active.add(acting);
    return run;
  }

  private async inSlot<T>(work: () => Promise<T>): Promise<T> {
    if (this.slots > 0) this.slots--;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.slots++;
    }
  }
}
