import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { AlertForm } from "./answer-forms.ts";
import type { Challenge } from "./challenges.ts";
import {
  type Account,
  type Application,
  accounts,
  contoso,
  fabrikam,
  seedApplications,
  seedSubscriptions,
  type Subscription,
  subscriptions,
} from "./directory.ts";
import type { RoleName } from "./roles.ts";
import { seedRoles } from "./seed-roles.ts";
import type { AlertStatus } from "./alert-specs.ts";
import { type Alert, seedAlerts } from "./seed-alerts.ts";

/** A fault with which the emulator answers certain requests. The README lists the targets and kinds. */
export type Fault = {
  target: string;
  kind: string;
  /** how many more requests are answered with the fault */
  times: number;
  retryAfterSeconds: number;
  /** for kind `aadsts`: the number of the error */
  code: number;
  /** for kind `slow`: the delay of the answer */
  delayMs: number;
  /** for kind `body`: the whole body of the answer */
  text: string;
  /** how many requests are answered normally before the fault begins */
  after: number;
  /** for kind `aadsts`: replaces the `error` of the error number; for kind `arm`: the error code */
  error?: string;
  /** for kinds `arm`, `html` and `empty`: the HTTP status */
  status?: number;
  /** for kind `aadsts`: replaces the `suberror` of the error number */
  suberror?: string;
  /** for kind `aadsts`: replaces the `claims` of the error number */
  claims?: string;
};
type SeenRequest = {
  at: string;
  method: string;
  host: "entra" | "arm" | "graph";
  path: string;
  status: number;
  principal: string;
  /** the grant type of a request to the token endpoint; absent for other requests */
  grantType?: string;
};
export type WriteMode = "normal" | "strict" | "silent" | "lagging";

const settings = {
  pageSize: 50,
  /** the number of entries on a page of any list but that of alerts */
  otherPageSize: 100,
  subscriptionReadable: false,
  accessTokenLifetimeSeconds: 3_599,
  latencyMs: 0,
  tokenLatencyMs: 0,
  /** the delay between raising an alert and listing it in Resource Manager */
  listDelayMs: 0,
  /** the delay between raising an alert and posting it by automations */
  automationDelayMs: 0,
  /** the delay between accepting a simulation and raising its samples */
  sampleDelayMs: 1_500,
  /** a factor for every wait of a Logic App and for the heartbeat's interval */
  logicAppTimeScale: 1,
  disableAutomation: false,
  /** the form in which Resource Manager lists alerts; see answer-forms.ts */
  alertForm: "documented" as AlertForm,
  /** if true, Logic Apps lose their runs without a trace */
  dropWebhooks: false,
  duplicateWebhooks: false,
};

/** The whole state of the emulated cloud. With a state folder, the alerts survive a restart of the emulator. */
export class Store {
  applications: Application[];
  accounts: Account[] = [];
  subscriptions: Subscription[] = [];
  alerts: Alert[] = [];
  /** the assigned roles, keyed by `${principal} ${subscriptionId}` */
  roles = new Map<string, RoleName[]>();
  /** the ids of applications that may read registrations in Microsoft Graph (Application.Read.All) */
  graphReaders = new Set<string>();
  challenges: Challenge[] = [];
  faults: Fault[] = [];
  requests: SeenRequest[] = [];
  settings = { ...settings };
  writeMode: WriteMode = "normal";
  lagMs = 2_000;
  /** how many lists were begun; with the form `alternating`, every other list is in the undocumented form */
  lists = 0;
  /** called with alerts that were just added */
  onNewAlerts: (alerts: Alert[]) => void = () => {};
  onReset: () => void = () => {};
  /**
   * when Resource Manager will begin to list a new alert, keyed by the alert's name; in milliseconds of `performance.now()`
   */
  private listedFrom = new Map<string, number>();
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

  /** Restores the emulator's initial state. */
  reset(): void {
    const now = Date.now();
    this.onReset();
    this.listedFrom.clear();
    this.applications = seedApplications(this.portalUrls);
    this.accounts = structuredClone(accounts);
    this.subscriptions = seedSubscriptions();
    this.alerts = [
      ...seedAlerts(subscriptions.production, contoso, (index) => index % 3 !== 1 || index > 37, now),
      ...seedAlerts(subscriptions.development, contoso, (index) => index % 6 === 1 && index <= 37, now),
      ...seedAlerts(subscriptions.shared, contoso, (index) => index % 6 === 4 && index <= 37, now),
      ...seedAlerts(subscriptions.fabrikam, fabrikam, (index) => index < 3, now),
    ];
    this.roles = new Map();
    for (const { principal, subscriptionId, roles } of seedRoles())
      this.setRoles(principal, subscriptionId, roles);
    this.graphReaders = new Set();
    this.challenges = [];
    this.faults = [];
    this.requests = [];
    this.writeMode = "normal";
    this.lists = 0;
    this.settings = { ...settings };
  }

  hasTenant(tenantId: string): boolean {
    return this.subscriptions.some((subscription) => subscription.tenantId === tenantId.toLowerCase());
  }

  application(tenantId: string, clientId: string | null): Application | undefined {
    return this.applications.find(
      (candidate) =>
        candidate.tenantId === tenantId.toLowerCase() && candidate.clientId === clientId?.toLowerCase(),
    );
  }

  /** Returns the account with this object id. Throws an Error if there is none. */
  account(objectId: string): Account {
    const found = this.accounts.find((account) => account.objectId === objectId);
    if (!found) throw new Error(`no account ${objectId}`);
    return found;
  }

  setRoles(principal: string, subscriptionId: string, roles: RoleName[]): void {
    this.roles.set(`${principal} ${subscriptionId}`, roles);
  }

  rolesOf(principal: string, subscriptionId: string): RoleName[] {
    return this.roles.get(`${principal} ${subscriptionId}`) ?? [];
  }

  /** Adds new alerts. Resource Manager lists them after `listDelayMs`, and automations post them. */
  addAlerts(alerts: Alert[]): void {
    const { listDelayMs } = this.settings;
    if (listDelayMs > 0)
      for (const { name } of alerts) this.listedFrom.set(name, performance.now() + listDelayMs);
    this.alerts.push(...alerts);
    this.save();
    this.onNewAlerts(alerts);
  }

  isListed(alert: Alert): boolean {
    const from = this.listedFrom.get(alert.name);
    if (from === undefined) return true;
    if (performance.now() < from) return false;
    this.listedFrom.delete(alert.name);
    return true;
  }

  /** Sets an alert's status. Azure changes neither the version nor any time of the alert then. */
  setStatus(alert: Alert, status: AlertStatus): void {
    alert.properties.status = status;
    this.save();
  }

  /** Returns a person's claims challenges except those whose ids are in `satisfied`. */
  challengesOf(objectId: string, satisfied: string[]): Challenge[] {
    return this.challenges.filter(
      (challenge) => challenge.objectId === objectId && !satisfied.includes(challenge.id),
    );
  }

  /**
   * Returns the fault that must answer the present request, or undefined. Only the first fault with one of these targets
   * and a suitable kind is considered. Each call lowers that fault's `after` by 1 or, if `after` is 0, its `times`.
   */
  takeFault(targets: string[], suits = (_kind: string) => true): Fault | undefined {
    const fault = this.faults.find(
      ({ target, times, kind }) => targets.includes(target) && times > 0 && suits(kind),
    );
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
