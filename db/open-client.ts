import postgres from "postgres";
import { type DatabaseAddress, readDatabaseUrl } from "#lib/platform/database-url.ts";
import { saslPrep } from "#lib/platform/sasl-prep.ts";
import { socketOpener } from "./connect.ts";

/** how long a statement of the portal may take */
export const statementTimeoutMs = 30_000;
/** how much longer its answer may take, on a slow network */
const answerMarginMs = 15_000;

type ClientOptions = {
  max: number;
  name: string;
  /**
   * the limit of each statement, in ms, and `answerMarginMs` later that of each answer; without it the server's own limit
   * applies, and an answer may take any time
   */
  statementTimeoutMs?: number;
  answerMarginMs?: number;
  /** the driver's types that differ from its own */
  types?: Record<string, postgres.PostgresType>;
  /** the idle time after which a connection closes, in seconds; without it connections stay open */
  idleSeconds?: number;
};

/**
 * Opens a pool on the database at `url`. All programs open their connections here, so that an address has one meaning.
 * `setting` is the setting that contains the address. Throws an Error that names it if the address can't be read.
 */
export function openClient(
  url: string,
  options: ClientOptions,
  setting = "The address of the database",
): postgres.Sql {
  const read = readDatabaseUrl(url);
  if ("problem" in read) throw new Error(`${setting} ${read.problem}`);
  return postgres(driverOptions(read.address, options));
}

function driverOptions(address: DatabaseAddress, options: ClientOptions) {
  const { hosts, role, password, database, sessionKind, applicationName } = address;
  let isScram = false;
  return {
    // these two are for the driver's messages only; with several hosts it would retry without end
    host: hosts[0]?.host ?? "",
    port: hosts[0]?.port ?? 0,
    socket: socketOpener(
      address,
      (scram) => {
        isScram = scram;
      },
      options.statementTimeoutMs && options.statementTimeoutMs + (options.answerMarginMs ?? answerMarginMs),
    ),
    ssl: false,
    username: role,
    // the driver doesn't prepare a password for SCRAM, as PostgreSQL did when it was set
    ...(password === undefined ? {} : { password: () => (isScram ? saslPrep(password) : password) }),
    database,
    max: options.max,
    connect_timeout: address.connectTimeoutMs / 1_000,
    idle_timeout: options.idleSeconds ?? 0,
    ...(sessionKind === "any" ? {} : { target_session_attrs: sessionKind }),
    ...(options.types ? { types: options.types } : {}),
    onnotice: () => {},
    connection: {
      application_name: applicationName ?? options.name,
      ...(options.statementTimeoutMs ? { statement_timeout: options.statementTimeoutMs } : {}),
      ...(address.options ? { options: address.options } : {}),
    },
  } satisfies postgres.Options<Record<string, postgres.PostgresType>> & { socket: unknown };
}
