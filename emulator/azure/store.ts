import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
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

/** A fault that the emulator answers certain requests with. The README lists the targets and kinds. */
export type Fault = {
  target: string;
  kind: string;
  /** how many more requests the fault answers */
  times: number;
  retryAfterSeconds: number;
  /** for kind `aadsts`: the number of the error */
  code: number;
  /** for kind `slow`: how long the answer is delayed */
  delayMs: number;
  /** for kind `body`: the whole body of the answer */
  text: string;
  /** how many requests are answered normally before the fault answers the first */
  after: number;
  /** for kind `aadsts`: replaces the `error` that the error number has by default */
  error?: string;
  /** for kind `aadsts`: replaces the `suberror` that the error number has by default */
  suberror?: string;
  /** for kind `aadsts`: replaces the `claims` that the error number has by default */
  claims?: string;
};
type SeenRequest = {
  at: string;
  method: string;
  host: "entra" | "arm";
  path: string;
  status: number;
  principal: string;
  /** the grant type, if the request was to the token endpoint */
  grantType?: string;
};
export type WriteMode = "normal" | "strict" | "silent" | "lagging";

const settings = {
  pageSize: 50,
  subscriptionReadable: false,
  accessTokenLifetimeSeconds: 3_599,
  latencyMs: 0,
  tokenLatencyMs: 0,
  /** how long after an alert was raised Resource Manager begins to list it */
  listDelayMs: 0,
  /** how long after an alert was raised automations post it */
  automationDelayMs: 0,
  /** how long after a simulation was accepted its samples are raised */
  sampleDelayMs: 1_500,
  /** the factor by which every wait of a Logic App is multiplied, the heartbeat's interval included */
  logicAppTimeScale: 1,
  disableAutomation: false,
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
  challenges: Challenge[] = [];
  faults: Fault[] = [];
  requests: SeenRequest[] = [];
  settings = { ...settings };
  writeMode: WriteMode = "normal";
  lagMs = 2_000;
  /** called with alerts that were just added */
  onNewAlerts: (alerts: Alert[]) => void = () => {};
  onReset: () => void = () => {};
  /**
   * when Resource Manager begins to list an alert that it doesn't list yet, by the alert's name; in milliseconds of
   * `performance.now()`
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

  /** Restores the state that the emulator has at the start. */
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
    this.challenges = [];
    this.faults = [];
    this.requests = [];
    this.writeMode = "normal";
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

  setStatus(alert: Alert, status: AlertStatus): void {
    alert.properties.status = status;
    const [base = "2022-01-01", counter = "0"] = alert.properties.version.split(/\.(?=\d+$)/);
    alert.properties.version = `${base}.${Number(counter) + 1}`;
    this.save();
  }

  /** Returns a person's claims challenges, except those with the ids in `satisfied`. */
  challengesOf(objectId: string, satisfied: string[]): Challenge[] {
    return this.challenges.filter(
      (challenge) => challenge.objectId === objectId && !satisfied.includes(challenge.id),
    );
  }

  /**
   * Returns the fault that must answer the present request, or undefined. Considers only the first fault for one of these
   * targets whose kind `suits` accepts. Each call lowers that fault's `after` by 1 or, once `after` is 0, its `times`.
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
