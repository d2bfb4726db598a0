/** Stable codes for machines; `message` is our own sentence for people. */
export type ServiceErrorCode =
  | "unauthenticated"
  /** signed in too long ago for this; good for alerts still */
  | "sign_in_again"
  | "forbidden"
  /** by an admin; its person is as welcome as ever elsewhere */
  | "device_deactivated"
  | "not_found"
  | "invalid"
  | "conflict"
  | "unavailable";

/** An answer, not a fault: something a person can act on. */
export class ServiceError extends Error {
  readonly code: ServiceErrorCode;
  /** messages by form field, where the fault is in the input */
  readonly fields: Record<string, string>;
  /** where to go instead, e.g. the configuration that stands already */
  readonly subjectId: string | null;

  constructor(
    code: ServiceErrorCode,
    message: string,
    more: { fields?: Record<string, string>; subjectId?: string; cause?: unknown } = {},
  ) {
    super(message, { cause: more.cause });
    this.name = "ServiceError";
    this.code = code;
    this.fields = more.fields ?? {};
    this.subjectId = more.subjectId ?? null;
  }
}

/** The HTTP status for each code. Ids of another organisation are `not_found`, always. */
export const httpStatus: Record<ServiceErrorCode, number> = {
  unauthenticated: 401,
  sign_in_again: 403,
  forbidden: 403,
  device_deactivated: 403,
  not_found: 404,
  invalid: 400,
  conflict: 409,
  unavailable: 503,
};

/** What PostgreSQL or the way to it says while it can't serve: refused, restarting, full. */
const outOfReach =
  /^(ECONN\w+|CONNECT_TIMEOUT|CONNECTION_\w+|ENOTFOUND|EAI_AGAIN|57P0[1-3]|53\d{3}|08\w{3}|25006)$/;

/** Whether an error, or one that caused it, says that the database can't serve now; trying again may help. */
export function isOutOfReach(error: unknown): boolean {
  for (let one = error; one instanceof Error; one = one.cause)
    if ("code" in one && typeof one.code === "string" && outOfReach.test(one.code)) return true;
  return false;
}

/** Whether it is for what is in the data: a value that the store refuses, or one too long for it or for us. */
export function isOfTheData(error: unknown): boolean {
  for (let one = error; one instanceof Error; one = one.cause)
    if (one instanceof RangeError || ("code" in one && /^(22|54)\w{3}$/.test(String(one.code)))) return true;
  return false;
}

/** Whether PostgreSQL gave up waiting for a lock, or for a statement. */
export function isLockTimeout(error: unknown): boolean {
  for (let one = error; one instanceof Error; one = one.cause)
    if ("code" in one && (one.code === "55P03" || one.code === "57014")) return true;
  return false;
}
