/** The maximum length of a configuration's display name, in UTF-16 code units. */
export const displayNameMax = 80;

/**
 * Adds the scope's name in brackets to a display name that several configurations share. If the scope's name is missing
 * or too long, adds the start of the scope's id instead.
 */
export function nameWithScope(displayName: string, scope: { id: string; name: string | null }): string {
  const byId = ` (${scope.id.slice(0, 8)})`;
  const byName = scope.name ? ` (${scope.name})` : byId;
  if (displayName.length + byName.length <= displayNameMax) return displayName + byName;
  // the cut may leave half a surrogate pair
  const beginning = displayName.slice(0, displayNameMax - byId.length).replace(/[\ud800-\udbff]$/, "");
  return beginning.trimEnd() + byId;
}
