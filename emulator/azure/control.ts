import type { Answer } from "../http.ts";
import { armFaultProblem } from "./arm-answers.ts";
import { alertShapes } from "./alert-shapes.ts";
import { readCertificate } from "./certificates.ts";
import type { Redirect } from "./directory.ts";
import { freshAlert } from "./fresh-alert.ts";
import { controlLogicApps } from "../logic-app/control.ts";
import type { LogicApps } from "../logic-app/logic-apps.ts";
import type { Grants } from "./grants.ts";
import type { RoleName } from "./roles.ts";
import { specs } from "./alert-specs.ts";
import type { Alert } from "./seed-alerts.ts";
import type { Fault, Store, WriteMode } from "./store.ts";

type Body = Record<string, unknown>;
type Controlled = { store: Store; grants: Grants; logicApps: LogicApps };
const ok: Answer = { status: 200, body: { ok: true } };

/** Answers a call to the emulator's control API (emulator/README.md). */
export function control(
  { store, grants, logicApps }: Controlled,
  method: string,
  url: URL,
  body: Body,
): Answer {
  const call = `${method} ${url.pathname.replace(/^\/alerts\/.+$/, "/alerts/:name")}`;
  const routes: Record<string, () => Answer> = {
    "POST /reset": () => (store.reset(), store.save(), ok),
    "GET /requests": () => ({ status: 200, body: store.requests }),
    "DELETE /requests": () => ((store.requests = []), ok),
    "POST /faults": () => addFault(store, body),
    "DELETE /faults": () => ((store.faults = []), ok),
    "POST /challenges": () => addChallenge(store, body),
    "DELETE /challenges": () => ((store.challenges = []), ok),
    "POST /write-mode": () => (
      (store.writeMode = body.mode as WriteMode), (store.lagMs = Number(body.lagMs ?? 2_000)), ok
    ),
    "POST /roles": () => (
      store.setRoles(String(body.principal), String(body.subscriptionId), body.roles as RoleName[]), ok
    ),
    "POST /settings": () => (Object.assign(store.settings, body), ok),
    "DELETE /refresh-tokens": () => (grants.expireRefreshTokens(), ok),
    "POST /accounts": () => setAccount(store, body),
    "POST /apps/graph": () => setGraphReader(store, body),
    "POST /apps/secrets": () => setSecret(store, body),
    "POST /apps/certificates": () => addCertificate(store, body),
    "DELETE /apps/certificates": () => removeCertificates(store, body),
    "POST /apps/redirects": () => addRedirect(store, body),
    "GET /alerts": () => ({
      status: 200,
      body: store.alerts.filter(({ id }) => id.includes(url.searchParams.get("subscriptionId") ?? "")),
    }),
    "POST /alerts": () => addAlerts(store, body),
    "PATCH /alerts/:name": () => patchAlert(store, url, body),
    "DELETE /alerts/:name": () => (
      (store.alerts = store.alerts.filter(({ name }) => name !== nameOf(url))), store.save(), ok
    ),
  };
  return (
    routes[call]?.() ??
    controlLogicApps(logicApps, method, url.pathname, body) ?? {
      status: 404,
      body: { error: `no such call: ${call}` },
    }
  );
}

const asText = (claims: unknown) => (typeof claims === "string" ? claims : JSON.stringify(claims));
const nameOf = (url: URL) => decodeURIComponent(url.pathname.slice("/alerts/".length));

function addFault(store: Store, body: Body): Answer {
  const fault = {
    times: 1,
    retryAfterSeconds: 10,
    code: 0,
    delayMs: 1_000,
    text: "",
    after: 0,
    ...body,
    ...(body.claims ? { claims: asText(body.claims) } : {}),
  } as Fault;
  const problem = fault.kind === "arm" && armFaultProblem(fault.target, fault.error ?? "", fault.status);
  if (problem) return { status: 400, body: { error: problem } };
  store.faults.push(fault);
  return ok;
}

function setAccount(store: Store, { objectId, revoked, ...body }: Body): Answer {
  const account = store.accounts.find((candidate) => candidate.objectId === objectId);
  if (!account) return { status: 404, body: { error: "no such account" } };
  if (typeof body.disabled === "boolean") account.disabled = body.disabled;
  if (typeof body.unassigned === "boolean") account.unassigned = body.unassigned;
  if (revoked) account.revokedAt = performance.now();
  return ok;
}

function addChallenge(store: Store, { objectId, claims, interactive }: Body): Answer {
  const account = store.accounts.find((candidate) => candidate.objectId === objectId);
  if (!account) return { status: 404, body: { error: "no such account" } };
  store.challenges.push({
    id: crypto.randomUUID(),
    objectId: account.objectId,
    claims: asText(claims),
    interactive: interactive === true,
  });
  return ok;
}

function setSecret(store: Store, body: Body): Answer {
  const app = store.applications.find(({ clientId }) => clientId === body.clientId);
  if (!app) return { status: 404, body: { error: "no such application" } };
  app.secrets = app.secrets.filter(({ value }) => value !== body.value);
  if (body.state !== "removed")
    app.secrets.push({
      value: String(body.value),
      expired: body.state === "expired",
      ...(body.endsAt ? { endsAt: String(body.endsAt) } : {}),
    });
  return ok;
}

function setGraphReader({ graphReaders }: Store, { clientId, mayRead }: Body): Answer {
  if (mayRead) graphReaders.add(String(clientId));
  else graphReaders.delete(String(clientId));
  return ok;
}

function addCertificate(store: Store, { clientId, certificate }: Body): Answer {
  const app = store.applications.find((candidate) => candidate.clientId === clientId);
  if (!app) return { status: 404, body: { error: "no such application" } };
  app.certificates.push(readCertificate(String(certificate)));
  return ok;
}

function removeCertificates(store: Store, { clientId }: Body): Answer {
  const app = store.applications.find((candidate) => candidate.clientId === clientId);
  if (!app) return { status: 404, body: { error: "no such application" } };
  app.certificates = [];
  return ok;
}

function addRedirect(store: Store, { clientId, uri, platform }: Body): Answer {
  const app = store.applications.find((candidate) => candidate.clientId === clientId);
  if (!app) return { status: 404, body: { error: "no such application" } };
  // a URI belongs to one platform only
  app.redirects = app.redirects.filter((redirect) => redirect.uri !== uri);
  app.redirects.push({ uri: String(uri), platform: platform as Redirect["platform"] });
  return ok;
}

function addAlerts(store: Store, body: Body): Answer {
  const subscription = store.subscriptions.find(({ id }) => id === body.subscriptionId);
  const [first] = specs;
  if (!subscription || !first) return { status: 404, body: { error: "no such subscription" } };
  const shape = body.shape === undefined ? {} : alertShapes(subscription)[String(body.shape)];
  if (!shape) return { status: 400, body: { error: "no such shape" } };
  // Azure raises samples on request only
  const kinds = specs.filter(([, alertType]) => !alertType.startsWith("SIMULATED_"));
  const added = Array.from({ length: Math.min(10_000, Number(body.count ?? 1)) }, (): Alert => {
    const spec = body.varied ? kinds[Math.floor(Math.random() * kinds.length)] : first;
    const alert = freshAlert(spec ?? first, subscription);
    const properties = {
      ...alert.properties,
      status: "Active" as const,
      ...shape,
      ...(body.properties as object),
    };
    return { ...alert, properties, ...(body.alert as object) };
  });
  store.addAlerts(added);
  return { status: 200, body: { names: added.map(({ name }) => name) } };
}

function patchAlert(store: Store, url: URL, body: Body): Answer {
  const alert = store.alerts.find(({ name }) => name === nameOf(url));
  if (!alert) return { status: 404, body: { error: "no such alert" } };
  Object.assign(alert.properties, body);
  store.save();
  return ok;
}
