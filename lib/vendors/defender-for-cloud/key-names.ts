/**
 * The names that PocketSOC reads in an alert, as Resource Manager spells them. Other senders spell the same names in capitals,
 * in lower case or with underscores.
 */
const names = [
  ...["id", "name", "type", "properties", "$id", "$ref", "$values"],
  ...["version", "alertType", "systemAlertId", "productComponentName", "alertDisplayName", "description"],
  ...["severity", "intent", "startTimeUtc", "endTimeUtc", "timeGeneratedUtc", "processingEndTimeUtc"],
  ...["resourceIdentifiers", "remediationSteps", "vendorName", "status", "alertUri", "productName"],
  ...["entities", "extendedLinks", "isIncident", "correlationKey", "extendedProperties", "compromisedEntity"],
  ...["techniques", "subTechniques", "supportingEvidence"],
  ...["azureResourceId", "workspaceId", "aadTenantId", "label", "href"],
  ...["address", "hostName", "netBiosName", "azureID", "friendlyName", "displayName", "sid", "aadUserId"],
  ...["objectGuid", "upnSuffix", "commandLine", "imageFile", "processId", "url", "domainName", "directory"],
  ...["resourceName", "resourceId", "imageId", "containerId", "sessionId", "cloudResource", "sourceAddress"],
  ...["amazonResourceId", "account", "host", "cluster", "image", "kind", "value", "displayValue"],
  ...["displayValueToUrlDictionary"],
];

/** Returns a name without what senders write differently: case, underscores, hyphens, blanks, and a byte order mark. */
export const foldedKey = (key: string) => key.replaceAll(/[\s_\ufeff-]/g, "").toLowerCase();

const spelling = new Map(names.map((name) => [foldedKey(name), name]));

/**
 * Returns a key in Resource Manager's spelling if PocketSOC reads a property of this name, or else the key with a small first
 * letter, or in small letters if it is all capitals, and without blanks around it.
 */
export function canonicalKey(key: string): string {
  const trimmed = key.trim();
  const isCapitals = trimmed === trimmed.toUpperCase();
  return spelling.get(foldedKey(key)) ?? (isCapitals ? trimmed.toLowerCase() : lowerFirst(trimmed));
}

export const lowerFirst = (key: string) => key.slice(0, 1).toLowerCase() + key.slice(1);

/**
 * Returns the entry that counts among those whose keys mean the same: one with content before an empty one, an empty one before
 * null, and then the one in the wanted spelling. The order of the entries makes no difference.
 */
export function countingEntry<T>(
  entries: readonly [key: string, value: T][],
  wanted: string,
): [string, T] | undefined {
  return entries.toSorted(
    ([one, first], [other, second]) =>
      contentOf(second) - contentOf(first) ||
      Number(other === wanted) - Number(one === wanted) ||
      (one < other ? -1 : 1),
  )[0];
}

function contentOf(value: unknown): number {
  if (value === null || value === undefined) return 0;
  const isEmpty = value === "" || (typeof value === "object" && Object.keys(value).length === 0);
  return isEmpty ? 1 : 2;
}
