import { lookUp } from "#lib/domain/look-up.ts";
import type { AffectedResource, Entity, Json, TextOrLink } from "#lib/domain/detection.ts";
import { httpsUrl } from "#lib/domain/text.ts";
import { type JsonObject, objectOf, wordOf } from "../shared/json.ts";

const valueLengthMax = 2_000;

function scalarOf(value: Json | undefined): string {
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return wordOf(value, valueLengthMax);
}

/**
 * Returns a value's text, and its https link if it has one. Azure puts some links into a string as JSON:
 * {"displayValue","kind":"Link","value"}.
 */
export function textOrLink(value: Json | undefined): TextOrLink {
  const text = typeof value === "object" && value !== null ? JSON.stringify(value) : scalarOf(value);
  if (text.startsWith("{")) {
    try {
      const inner = objectOf(JSON.parse(text) as Json);
      if (wordOf(inner.kind).toLowerCase() === "link") {
        const href = httpsUrl(inner.value);
        return { text: wordOf(inner.displayValue, valueLengthMax) || (href ?? wordOf(inner.value)), href };
      }
    } catch {
      // not JSON, so it is shown as text
    }
  }
  return { text: wordOf(text, valueLengthMax), href: httpsUrl(text) };
}

/** Returns the name and the resource type in an ARM id, in either case. The type is "" if the id has none. */
function partsOfArmId(id: string): { name: string; resourceType: string } {
  const segments = id.split("/").filter(Boolean);
  const at = segments.findLastIndex((segment) => segment.toLowerCase() === "providers");
  const name = wordOf(segments.at(-1) ?? "");
  if (at < 0) return { name, resourceType: segments.length === 2 ? "Subscription" : "" };
  const kinds = segments.slice(at + 2).filter((_segment, index) => index % 2 === 0);
  return { name, resourceType: wordOf([segments[at + 1] ?? "", ...kinds].join("/")) };
}

/** Reads an affected resource from an entry of `resourceIdentifiers`. Returns null if the entry has no id. */
export function resourceOf(value: Json): AffectedResource | null {
  const part = objectOf(value);
  const kind = wordOf(part.type) || "Unknown";
  const id = wordOf(part.azureResourceId ?? part.workspaceId ?? part.aadTenantId, valueLengthMax);
  if (!id) return null;
  if (part.azureResourceId) return { kind, id, ...partsOfArmId(id) };
  return {
    kind,
    id,
    name: wordOf(id),
    resourceType: kind === "AAD" ? "Directory" : "Log Analytics workspace",
  };
}

const nameFields: Record<string, string[]> = {
  ip: ["address"],
  host: ["hostName", "netBiosName", "azureID"],
  account: ["upnSuffix", "name", "displayName", "sid"],
  process: ["commandLine", "processId"],
  file: ["name"],
  url: ["url"],
  dns: ["domainName"],
  "azure-resource": ["resourceName", "resourceId"],
};

const anyNameFields = ["name", "displayName", "address", "resourceName", "imageId", "id"];

/** Reads one entity of an alert. Only the name of a referenced entity is read, so references can't cause an endless loop. */
export function entityOf(value: Json, byId: ReadonlyMap<string, JsonObject>): Entity | null {
  const part = objectOf(value);
  const kind = wordOf(part.type ?? part.Type).toLowerCase();
  if (!kind && Object.keys(part).length === 0) return null;
  const fields: Entity["fields"] = [];
  for (const [key, inner] of Object.entries(part).slice(0, 60)) {
    if (["$id", "type", "Type", "asset", "metadata"].includes(key)) continue;
    const shown = typeof inner === "object" && inner !== null ? referenceText(inner, byId) : scalarOf(inner);
    if (shown) fields.push({ label: labelOf(key), value: shown });
  }
  const name = nameOf(part, kind);
  const pivotType = kind === "ip" || kind === "host" || kind === "account" ? kind : null;
  return {
    kind: kind || "unknown",
    name,
    fields,
    pivot: pivotType && name ? { type: pivotType, value: name } : null,
  };
}

function nameOf(part: JsonObject, kind: string): string {
  if (kind === "account" && part.name && part.upnSuffix)
    return `${wordOf(part.name)}@${wordOf(part.upnSuffix)}`;
  if (kind === "file" && part.directory)
    return `${wordOf(part.directory)}${wordOf(part.directory).includes("\\") ? "\\" : "/"}${wordOf(part.name)}`;
  const keys = lookUp(nameFields, kind) ?? anyNameFields;
  for (const key of keys) {
    const found = scalarOf(part[key]);
    if (found && key !== "upnSuffix") return found;
  }
  return "";
}

function referenceText(value: Json, byId: ReadonlyMap<string, JsonObject>): string {
  const part = objectOf(value);
  const target = typeof part.$ref === "string" ? byId.get(part.$ref) : part;
  if (!target || Array.isArray(value)) return wordOf(JSON.stringify(value).slice(0, 300), 300);
  const kind = wordOf(target.type ?? target.Type).toLowerCase();
  // only the name, because an alert may reference the same entity many times
  return wordOf(nameOf(target, kind)) || describeFields(part);
}

/** Returns a text for an object that has no name, such as "Country Code: nl, City: Amsterdam" for a location. */
function describeFields(part: JsonObject): string {
  const words = Object.entries(part).flatMap(([key, value]) => {
    const shown = key.startsWith("$") ? "" : scalarOf(value);
    return shown ? [`${labelOf(key)}: ${shown}`] : [];
  });
  return wordOf(words.join(", ") || JSON.stringify(part).slice(0, 300), 300);
}

const labelOf = (key: string) =>
  wordOf(
    key.replace(/([a-z])([A-Z])/g, "$1 $2").replace(/^./, (first) => first.toUpperCase()),
    80,
  );

/** Collects every object that has an `$id`, down to depth 12, keyed by its `$id`. */
export function collectIds(
  value: Json | undefined,
  found = new Map<string, JsonObject>(),
  depth = 0,
): Map<string, JsonObject> {
  if (depth > 12 || value === null || typeof value !== "object") return found;
  if (Array.isArray(value)) {
    for (const part of value) collectIds(part, found, depth + 1);
    return found;
  }
  if (value && typeof value.$id === "string") found.set(value.$id, value);
  for (const part of Object.values(value ?? {})) collectIds(part, found, depth + 1);
  return found;
}
