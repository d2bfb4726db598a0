/** The maximum length of a configuration's display name, in UTF-16 code units. */
export const displayNameMax = 80;

/**
 * Returns the name of one of several configurations that are saved under the same display name. Appends the scope's name in
 * brackets. If the scope has no name or it is too long, appends the start of the scope's id instead.
 */
export function nameWithScope(displayName: string, scope: { id: string; name: string | null }): string {
  const byId = ` (${scope.id.slice(0, 8)})`;
  const byName = scope.name ? ` (${scope.name})` : byId;
  if (displayName.length + byName.length <= displayNameMax) return displayName + byName;
  // the cut may leave half a surrogate pair
  const beginning = displayName.slice(0, displayNameMax - byId.length).replace(/[\ud800-\udbff]$/, "");
  return beginning.trimEnd() + byId;
}
