/** Removes user and password from the addresses in a text, such as those of a proxy or a database. */
export function withoutCredentials(text: string): string {
  return text.replace(/\b([a-z][a-z\d+.-]*:\/\/)[^\s/"?#\\]+@/gi, "$1[redacted]@");
}
