/**
 * Returns the text whose hash is an alert's identity: organisation, vendor, cloud, scope and the vendor's id, in lower
 * case. The text is JSON, so that no character in a part can be mistaken for the border between two parts.
 */
export function dedupeKeyInput(key: {
  organisationId: string;
  vendor: string;
  cloud: string;
  scopeId: string;
  vendorAlertId: string;
}): string {
  return JSON.stringify(
    [key.organisationId, key.vendor, key.cloud, key.scopeId, key.vendorAlertId].map((part) =>
      part.toLowerCase(),
    ),
  );
}
