import { lookUp } from "#lib/domain/look-up.ts";
import { wordOf } from "../shared/json.ts";

const guid = /^\{?[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}\}?$/i;

/** what can stand before the id: Resource Manager's address, or that of the resource's page in the portal */
const hosts = /^https?:\/\/management\.(?:azure\.com|usgovcloudapi\.net|chinacloudapi\.cn)(?::443)?(?=\/)/i;
const portalPage = /^https:\/\/portal\.azure\.(?:com|us|cn)\/?#(?:@[^/]*\/)?resource(?=\/)/i;
const isLikely =
  /^(?:https?:(?:\/|%(?:25)*2f){2}(?:management|portal)\.[^\s?]{0,200}?)?(?:\/|\\|%(?:25)*2f|%(?:25)*5c){0,4}subscriptions(?:\/|\\|%(?:25)*2f|%(?:25)*5c)/i;

/**
 * Returns a resource's ARM id in its usual form, or null if the text isn't one. Senders write the same id as an address of
 * Resource Manager or of the resource's page in the portal, URL-encoded, without its first slash, with double slashes,
 * backslashes or a slash at the end, with a query behind it, in quotes, with invisible characters, or with braces around the
 * subscription.
 */
export function armIdOf(text: string): string | null {
  // most texts of an alert are longer than any id, or no ids at all
  if (text.length > 8_192 || !/subscriptions/i.test(text.slice(0, 256))) return null;
  const bare = unquoted(text);
  if (!isLikely.test(bare)) return null;
  const address = bare.includes("/") ? bare : decodedFully(bare);
  const isPage = portalPage.test(address);
  // no ARM id contains a question mark, a hash or an invisible character
  const path = address.replace(hosts, "").replace(portalPage, "").split(/[?#]/, 1)[0] ?? "";
  const segments = path
    .replace(/^\\+subscriptions\\.*/i, (found) => found.replaceAll("\\", "/"))
    .split("/")
    .map((segment) => segment.trim())
    .filter(Boolean);
  if (segments[0]?.toLowerCase() !== "subscriptions" || segments.length < 2) return null;
  const [, subscription = "", ...rest] = segments.map(decodedSegment);
  const id = [segments[0], withoutBraces(subscription), ...rest];
  const at = id.findLastIndex((segment) => segment.toLowerCase() === "providers");
  // a page's address may end with the name of a blade
  if (isPage && at >= 0 && (id.length - at) % 2 === 1) id.pop();
  return `/${id.join("/")}`;
}

/** Returns a text without invisible characters, blanks and quotes around it. */
export const unquoted = (text: string): string =>
  text
    .replaceAll(/\p{Cf}/gu, "")
    .trim()
    .replace(/[,;]$/, "")
    .replace(/^(["'])([^"']*)\1$/, "$2")
    .trim();

/** Returns a GUID without the braces around it; any other text as it is. */
export const withoutBraces = (text: string): string =>
  guid.test(text) ? text.replaceAll(/[{}]/g, "") : text;

/** Decodes a text that was URL-encoded up to three times. */
function decodedFully(text: string): string {
  let found = text;
  for (let times = 0; times < 3 && /%[0-9a-f]{2}/i.test(found); times++) found = decoded(found);
  return found;
}

/** Returns a decoded segment. One that would become several stays as it is. */
export function decodedSegment(segment: string): string {
  const found = decoded(segment);
  return found.includes("/") ? segment : found;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // a percent sign that encodes nothing
    return text;
  }
}

export const isArmId = (text: string) => armIdOf(text) !== null;

/** Whether a person can tell something by a name: it is no bare number, GUID or resource id. */
export const isTelling = (name: string) =>
  name !== "" && !/^(?:0x[0-9a-f]+|\d+)$/i.test(name) && !guid.test(name) && !isArmId(name);

/** Returns the first telling name, or else the first name that isn't empty, or else "". */
export const bestName = (names: readonly string[]): string =>
  names.find(isTelling) ?? names.find((name) => name !== "") ?? "";

/**
 * Returns the name that a person uses for a resource, and its type, from the resource's ARM id in either case. A name that
 * tells nothing or that many parents have, as that of a scale set's instance, "default" or "master", follows its parent's name:
 * "aks-pool-1-vmss / 0". An id that breaks off before a name is that of its parent. The type is "" if the id has none.
 */
export function nameOfArmId(id: string): { name: string; resourceType: string } {
  const arm = armIdOf(id);
  const segments = whole((arm ?? id).split("/").filter(Boolean), arm !== null);
  const at = segments.findLastIndex((segment) => segment.toLowerCase() === "providers");
  const last = segments.at(-1) ?? "";
  if (at < 0) return { name: wordOf(last), resourceType: (arm && scopeTypes[segments.length]) || "" };
  const types = segments.slice(at + 2).filter((_segment, index) => index % 2 === 0);
  const resourceType = [segments[at + 1] ?? "", ...types].join("/");
  if (resourceType.toLowerCase() === "microsoft.security/securityconnectors/securityentitydata")
    return nameOfConnected(last);
  const isOwn = isTelling(last) && !isEverywhere(last, types.at(-1) ?? "");
  const parent = isOwn ? undefined : parentName(segments, at);
  return { name: wordOf(parent ? `${parent} / ${last}` : last), resourceType: wordOf(resourceType) };
}

/** Returns the segments of an ARM id without a type or provider that no name follows. */
function whole(segments: string[], isArm: boolean): string[] {
  if (!isArm) return segments;
  const at = segments.findLastIndex((segment) => segment.toLowerCase() === "providers");
  const scope = at < 0 ? segments.length : at;
  const own = at < 0 ? [] : segments.slice(at + 2);
  const named = own.length - (own.length % 2);
  // a scope is made of pairs too: subscriptions/…, resourceGroups/…
  if (named === 0) return segments.slice(0, at < 0 ? scope - (scope % 2) : scope);
  return segments.slice(0, at + 2 + named);
}

/** Whether resources of this type often have this name, so that it says nothing without the parent's. */
const isEverywhere = (name: string, type: string) =>
  /^extensions$/i.test(type) ||
  /^(?:default|master|model|msdb|tempdb|staging|production|\$web|\$logs|\$root)$/i.test(name);

const scopeTypes: Record<number, string> = { 2: "Subscription", 4: "Resource group" };

/** Returns the nearest telling name above a resource: of its parents, of the resource it belongs to, or of its group. */
function parentName(segments: readonly string[], at: number): string | undefined {
  const parents = segments.slice(at + 2, -1).filter((_segment, index) => index % 2 === 1);
  const owner = at > 4 ? segments.slice(0, at) : [];
  const outer = owner.length > 0 ? nameOfArmId(owner.join("/")).name : "";
  return [...parents.toReversed(), outer].find(isTelling);
}

const connectedClouds: Record<string, string> = {
  aws: "AWS",
  gcp: "GCP",
  github: "GitHub",
  gitlab: "GitLab",
  azuredevops: "Azure DevOps",
  dockerhub: "Docker Hub",
  jfrog: "JFrog",
};
/** The kinds with which names of connected resources begin, such as `aws-ec2-instance-i-0abc`; longer ones first. */
const connectedKinds = [
  ...[
    "ec2-instance",
    "eks-cluster",
    "ecs-cluster",
    "ecs-service",
    "ecr-repository",
    "ecr-image",
    "s3-bucket",
  ],
  ...[
    "rds-db-instance",
    "rds-db-cluster",
    "rds-instance",
    "rds-cluster",
    "lambda-function",
    "iam-user",
    "iam-role",
  ],
  ...[
    "vm-instance",
    "gce-instance",
    "compute-instance",
    "gke-cluster",
    "container-cluster",
    "cloud-sql-instance",
  ],
  ...[
    "sql-instance",
    "storage-bucket",
    "cloud-function",
    "service-account",
    "instances",
    "instance",
    "clusters",
  ],
  ...["cluster", "buckets", "bucket", "repository", "repositories", "project", "account"],
];
const acronyms = new Set(["ec2", "eks", "ecs", "ecr", "s3", "rds", "db", "iam", "vm", "gce", "gke", "sql"]);
const singular: Record<string, string> = {
  instances: "instance",
  clusters: "cluster",
  buckets: "bucket",
  repositories: "repository",
};

/** Returns the name and type of a resource outside Azure: "AWS EC2 instance i-0abc" for `aws-ec2-instance-i-0abc`. */
function nameOfConnected(entity: string): { name: string; resourceType: string } {
  const [prefix = "", ...rest] = entity.split("-");
  const cloud = lookUp(connectedClouds, prefix.toLowerCase());
  if (!cloud || rest.length === 0) return { name: wordOf(entity), resourceType: "Connected resource" };
  const own = rest.join("-");
  const kind = connectedKinds.find((each) => own.toLowerCase().startsWith(`${each}-`));
  if (!kind) return { name: wordOf(`${cloud} ${own}`), resourceType: `${cloud} resource` };
  const words = (lookUp(singular, kind) ?? kind)
    .split("-")
    .map((word) => (acronyms.has(word) ? word.toUpperCase() : word));
  const resourceType = `${cloud} ${words.join(" ")}`;
  return { name: wordOf(`${resourceType} ${own.slice(kind.length + 1)}`), resourceType };
}
