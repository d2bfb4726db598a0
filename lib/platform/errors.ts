/** The kind of a failure, as a stable code for programs. The error's `message` is for people. */
export type ServiceErrorCode =
  | "unauthenticated"
  /** the sign-in is too old for this action, but recent enough for reading alerts */
  | "sign_in_again"
  | "forbidden"
  /** an admin deactivated this device; the person's other devices still work */
  | "device_deactivated"
  | "not_found"
  | "invalid"
  | "conflict"
  /** too many requests; the person should wait */
  | "rate_limited"
  | "unavailable";

/** An expected failure that a person can act on. Any other error is a fault of the program. */
export class ServiceError extends Error {
  readonly code: ServiceErrorCode;
  /** messages by form field, if the input is invalid */
  readonly fields: Record<string, string>;
  /** the id of the thing that the person should open instead, such as a configuration that already exists */
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

/** The HTTP status for each code. An id of another organisation gets the code `not_found`. */
export const httpStatus: Record<ServiceErrorCode, number> = {
  unauthenticated: 401,
  sign_in_again: 403,
  forbidden: 403,
  device_deactivated: 403,
  not_found: 404,
  invalid: 400,
  conflict: 409,
  rate_limited: 429,
  unavailable: 503,
};

/**
 * Codes which say that the database can't serve, because it is unreachable, restarting, full or read-only. They are codes
 * of Node, of the driver and of PostgreSQL.
 */
const unavailableCodes =
  /^(E(CONN\w+|TIMEDOUT|PIPE|HOSTUNREACH|NETUNREACH|HOSTDOWN|NETDOWN|NOTFOUND|AI_AGAIN)|CONNECT_TIMEOUT|CONNECTION_\w+|57P0[1-3]|53\d{3}|08\w{3}|25006)$/;

/** Whether an error or one of its causes says that the database can't serve now. If it does, a retry may succeed. */
export function isDatabaseUnavailable(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    if ("code" in cause && typeof cause.code === "string" && unavailableCodes.test(cause.code)) return true;
  return false;
}

/** Whether a value caused an error: PostgreSQL refused the value, or the error or one of its causes is a RangeError. */
export function isDataError(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    if (cause instanceof RangeError || ("code" in cause && /^(22|54)\w{3}$/.test(String(cause.code))))
      return true;
  return false;
}

/** Whether PostgreSQL cancelled a statement that took too long, or that waited too long for a lock. */
export function isLockTimeout(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    if ("code" in cause && (cause.code === "55P03" || cause.code === "57014")) return true;
  return false;
}
