import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Challenge } from "./challenges.ts";
import {
  type Account,
  type Application,
  accounts,
  apiApp,
  contoso,
  fabrikam,
  fabrikamApp,
  readerApp,
  seedApplications,
  subscriptions,
} from "./directory.ts";
import type { RoleName } from "./roles.ts";
import { type Alert, type AlertStatus, seedAlerts } from "./seed-alerts.ts";

export type Subscription = {
  id: string;
  tenantId: string;
  name: string;
  registered: boolean;
  plans: string[];
};
export type Fault = {
  target: string;
  kind: string;
  times: number;
  retryAfterSeconds: number;
  code: number;
  /** for `slow` */
  delayMs: number;
  /** for `body`: what is answered, word for word */
  text: string;
  /** how many requests pass before it begins */
  after: number;
  /** for `aadsts`: in place of what the number says by itself */
  error?: string;
  suberror?: string;
  claims?: string;
};
type SeenRequest = {
  at: string;
  method: string;
  host: "entra" | "arm";
  path: string;
  status: number;
  principal: string;
  /** of the token endpoint */
  grantType?: string;
};
export type WriteMode = "normal" | "strict" | "silent" | "lagging";

const settings = {
  pageSize: 50,
  subscriptionReadable: false,
  accessTokenLifetimeSeconds: 3_599,
  latencyMs: 0,
  tokenLatencyMs: 0,
  /** between a new alert's push and the moment that Resource Manager lists it */
  listDelayMs: 0,
  /** between a new alert and its push */
  automationDelayMs: 0,
  /** between a simulation's acceptance and its alerts */
  sampleDelayMs: 1_500,
  /** what a Logic App's waits, the heartbeat's too, are multiplied by */
  logicAppTimeScale: 1,
  disableAutomation: false,
  /** runs of Logic Apps are lost, and nobody hears of it */
  dropWebhooks: false,
  duplicateWebhooks: false,
};
export const allPlans = [
  "VirtualMachines",
  "StorageAccounts",
  "SqlServers",
  "KeyVaults",
  "Containers",
  "AppServices",
  "Arm",
  "Dns",
];

/** The emulated cloud's whole state. Alerts outlive a restart when a state folder is given. */
export class Store {
  applications: Application[];
  accounts: Account[] = [];
  subscriptions: Subscription[] = [];
  alerts: Alert[] = [];
  /** `${clientId} ${subscriptionId}` → roles */
  roles = new Map<string, RoleName[]>();
  challenges: Challenge[] = [];
  faults: Fault[] = [];
  requests: SeenRequest[] = [];
  settings = { ...settings };
  writeMode: WriteMode = "normal";
  lagMs = 2_000;
  /** told of alerts that come to exist, and of a reset */
  onArrival: (alerts: Alert[]) => void = () => {};
  onReset: () => void = () => {};
  private unlisted = new Map<string, number>();
  private readonly file: string | null;
  private readonly portalUrls: string[];

  constructor(stateDir: string | null, portalUrls: string[]) {
    this.portalUrls = portalUrls;
    this.applications = seedApplications(portalUrls);
    this.file = stateDir ? join(stateDir, "alerts.json") : null;
    this.reset();
    if (this.file && existsSync(this.file))
      this.alerts = JSON.parse(readFileSync(this.file, "utf8")) as Alert[];
    else this.save();
  }

  reset(): void {
    const now = Date.now();
    this.onReset();
    this.unlisted.clear();
    this.applications = seedApplications(this.portalUrls);
    this.accounts = structuredClone(accounts);
    const one = (id: string, name: string, plans = allPlans, registered = true, tenantId = contoso) => ({
      id,
      name,
      plans,
      registered,
      tenantId,
    });
    this.subscriptions = [
      one(subscriptions.production, "Contoso Production"),
      one(subscriptions.development, "Contoso Development"),
      one(subscriptions.shared, "Contoso Shared Services"),
      one(subscriptions.sandbox, "Contoso Sandbox", []),
      one(subscriptions.withoutRole, "Contoso Locked"),
      one(subscriptions.unregistered, "Contoso New", [], false),
      one(subscriptions.fabrikam, "Fabrikam", allPlans, true, fabrikam),
    ];
    this.alerts = [
      ...seedAlerts(subscriptions.production, contoso, (index) => index % 3 !== 1 || index > 37, now),
      ...seedAlerts(subscriptions.development, contoso, (index) => index % 6 === 1 && index <= 37, now),
      ...seedAlerts(subscriptions.shared, contoso, (index) => index % 6 === 4 && index <= 37, now),
      ...seedAlerts(subscriptions.fabrikam, fabrikam, (index) => index < 3, now),
    ];
    this.roles = new Map();
    for (const id of [
      subscriptions.production,
      subscriptions.development,
      subscriptions.shared,
      subscriptions.sandbox,
      subscriptions.unregistered,
    ]) {
      this.setRoles(apiApp.clientId, id, ["SecurityAdmin"]);
    }
    // in one subscription samples can be made, in the others that is refused
    this.setRoles(apiApp.clientId, subscriptions.production, ["SecurityAdmin", "SampleAlerts"]);
    const { production, development, shared, sandbox } = subscriptions;
    for (const [name, role, ids] of [
      ["admin", "SecurityAdmin", [production, development, shared, sandbox]],
      ["analyst", "SecurityAdmin", [production, development]],
      ["viewer", "SecurityReader", [production]],
      ["reader", "SecurityReader", [production, development]],
    ] as const) {
      const person = this.accounts.find((one) => one.signInName === `${name}@contoso.example`);
      for (const id of ids) this.setRoles(person?.objectId ?? "", id, [role]);
      if (name === "admin")
        this.setRoles(person?.objectId ?? "", production, ["SecurityAdmin", "SampleAlerts"]);
    }
    this.setRoles(readerApp.clientId, subscriptions.production, ["SecurityReader"]);
    this.setRoles(fabrikamApp.clientId, subscriptions.fabrikam, ["SecurityAdmin"]);
    this.challenges = [];
    this.faults = [];
    this.requests = [];
    this.writeMode = "normal";
    this.settings = { ...settings };
  }

  hasTenant(tenantId: string): boolean {
    return this.subscriptions.some((one) => one.tenantId === tenantId.toLowerCase());
  }

  application(tenantId: string, clientId: string | null): Application | undefined {
    return this.applications.find(
      (one) => one.tenantId === tenantId.toLowerCase() && one.clientId === clientId?.toLowerCase(),
    );
  }

  account(objectId: string): Account {
    const found = this.accounts.find((one) => one.objectId === objectId);
    if (!found) throw new Error(`no account ${objectId}`);
    return found;
  }

  setRoles(clientId: string, subscriptionId: string, roles: RoleName[]): void {
    this.roles.set(`${clientId} ${subscriptionId}`, roles);
  }

  rolesOf(clientId: string, subscriptionId: string): RoleName[] {
    return this.roles.get(`${clientId} ${subscriptionId}`) ?? [];
  }

  /** Alerts that come to exist: from here on automations act on them, and they are listed. */
  addAlerts(alerts: Alert[]): void {
    const { listDelayMs } = this.settings;
    if (listDelayMs > 0)
      for (const { name } of alerts) this.unlisted.set(name, performance.now() + listDelayMs);
    this.alerts.push(...alerts);
    this.save();
    this.onArrival(alerts);
  }

  isListed(alert: Alert): boolean {
    const from = this.unlisted.get(alert.name);
    if (from === undefined) return true;
    if (performance.now() < from) return false;
    this.unlisted.delete(alert.name);
    return true;
  }

  setStatus(alert: Alert, status: AlertStatus): void {
    alert.properties.status = status;
    const [base = "2022-01-01", counter = "0"] = alert.properties.version.split(/\.(?=\d+$)/);
    alert.properties.version = `${base}.${Number(counter) + 1}`;
    this.save();
  }

  /** A person's challenges that are not among the answered ones. */
  challengesOf(objectId: string, answered: string[]): Challenge[] {
    return this.challenges.filter((one) => one.objectId === objectId && !answered.includes(one.id));
  }

  /** The armed fault for one of the targets, used up by one. */
  takeFault(targets: string[], suits = (_kind: string) => true): Fault | undefined {
    const fault = this.faults.find((one) => targets.includes(one.target) && one.times > 0 && suits(one.kind));
    if (!fault) return undefined;
    if (fault.after > 0) {
      fault.after--;
      return undefined;
    }
    fault.times--;
    return fault;
  }

  save(): void {
    if (!this.file) return;
    writeFileSync(`${this.file}.new`, JSON.stringify(this.alerts));
    renameSync(`${this.file}.new`, this.file);
  }
}
