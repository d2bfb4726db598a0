/**
 * Returns the text whose hash is an alert's identity: organisation, vendor, scope and the vendor's id, in lower case. JSON
 * keeps the parts separate, whatever characters they contain.
 */
export function dedupeKeyInput(key: {
  organisationId: string;
  vendor: string;
  scopeId: string;
  vendorAlertId: string;
}): string {
  return JSON.stringify(
    [key.organisationId, key.vendor, key.scopeId, key.vendorAlertId].map((part) => part.toLowerCase()),
  );
}
