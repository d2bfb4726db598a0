/**
 * Says why a text isn't an https origin, or returns undefined if it is one. With `mayBeLocal`, plain http is allowed for
 * localhost.
 */
export function originProblem(text: string, mayBeLocal: boolean): string | undefined {
  const url = URL.parse(text);
  const isLocal = mayBeLocal && url?.protocol === "http:" && url.hostname === "localhost";
  if (!url || (url.protocol !== "https:" && !isLocal)) {
    return mayBeLocal
      ? "must be an https address; plain http is for localhost only."
      : "must be an https address.";
  }
  if (url.pathname !== "/" || url.search || url.hash || url.username || url.password)
    return "must be an origin without a path, user and password.";
  return undefined;
}
