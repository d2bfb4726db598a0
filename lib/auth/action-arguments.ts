const argumentsMax = 20;
const depthMax = 32;

/** what React writes for values that JSON doesn't have, and before a text that begins with `$` */
const plainMark = /^\$(?:\$|(?:undefined|NaN|-?Infinity|-0)$)/;

/**
 * Whether a body is the arguments of a server action as the portal's pages send them: a JSON list of plain values. React's
 * encoding can also refer to other parts of the body, to functions, streams and files. No page sends these. Decoding them
 * takes long or throws, and Next answers what it can't decode with 500 and a stack in the log.
 */
export function areActionArguments(body: string): boolean {
  try {
    const value: unknown = JSON.parse(body);
    return Array.isArray(value) && value.length <= argumentsMax && isPlain(value, 0);
  } catch {
    // no JSON
    return false;
  }
}

function isPlain(value: unknown, depth: number): boolean {
  if (typeof value === "string") return !value.startsWith("$") || plainMark.test(value);
  if (typeof value !== "object" || value === null) return true;
  return depth < depthMax && Object.values(value).every((part) => isPlain(part, depth + 1));
}
