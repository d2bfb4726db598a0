/** UTF-16 code units that a configuration's display name has at most. */
export const displayNameMax = 80;

/**
 * The name of one of several configurations that were saved under one name: with its scope's own name where
 * both fit, else with the beginning of its id.
 */
export function nameOfOneOfSeveral(displayName: string, scope: { id: string; name: string | null }): string {
  const byId = ` (${scope.id.slice(0, 8)})`;
  const byName = scope.name ? ` (${scope.name})` : byId;
  if (displayName.length + byName.length <= displayNameMax) return displayName + byName;
  // half a character at the end is none
  const beginning = displayName.slice(0, displayNameMax - byId.length).replace(/[\ud800-\udbff]$/, "");
  return beginning.trimEnd() + byId;
}
