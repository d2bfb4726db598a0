/**
 * The text whose hash is an alert's identity: organisation, vendor, scope and the vendor's id, without case. JSON keeps
 * the parts apart whatever they hold.
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
