/** How it signs in, in a few words. */
export function authLabel(one: {
  authType: "oauth" | "delegated";
  writeAs: "application" | "person";
}): string {
  if (one.authType === "delegated") return "Delegated";
  return one.writeAs === "person" ? "OAuth, changes as each analyst" : "OAuth";
}
