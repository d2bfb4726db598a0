import { isIP } from "node:net";
import type { EncryptionKey } from "./crypto.ts";
import { readDatabaseUrl } from "./database-url.ts";
import { type SettingProblem, SettingsReader, type Source } from "./settings-reader.ts";
import { originProblem } from "./origin.ts";
import { type ProxySettings, readProxySettings } from "./proxy-settings.ts";
import { isMailbox, readSmtpUrl, type SmtpSettings } from "./smtp-settings.ts";
import { isVapidSubject } from "./vapid-subject.ts";

/** The settings of the web, the worker and the receiver. */
export type Env = {
  production: boolean;
  demo: boolean;
  /** the portal's origin, without a trailing slash */
  portalUrl: string;
  sessionSecret: string;
  /** the application that signs people in to the portal, and the origin of the application's Entra ID */
  signIn: { directoryId: string; clientId: string; clientSecret: string; authorityHost: string };
  encryptionKeys: readonly EncryptionKey[];
  databaseUrl: string;
  firstAdmin: string | null;
  undoSeconds: number;
  /** how many hours a person still sees detections while the vendor doesn't answer whether they may */
  unconfirmedHours: number;
  deliveriesKeptDays: number;
  /** the contact address that we give to push services (RFC 8292); null turns web push off */
  vapidSubject: string | null;
  /** hosts of push services that are allowed in addition to the built-in list */
  pushHosts: readonly string[];
  /** the mail server and the sender's address; null turns e-mail off */
  mail: { smtp: SmtpSettings; from: string; isLoginHeld: boolean } | null;
  /** internal hosts that outgoing webhooks may call: `host` or `organisation=host` (`hostsFor` in lib/domain/outgoing.ts) */
  outgoingHosts: readonly string[];
  /** the proxy for calls of other hosts; null if they go directly */
  proxy: ProxySettings | null;
  /** the IP address on which the web and the receiver listen */
  bindAddress: string;
  /** the port of the receiver program */
  receiverPort: number;
  /** target statuses that require a note */
  noteRequired: readonly string[];
};
const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const guidProblem = (value: string) =>
  guid.test(value) ? undefined : "must be a GUID, as the Azure portal shows it.";
const noProblem = () => undefined;
const lengthProblem = (value: string) =>
  value.length >= 32 ? undefined : "must have at least 32 characters.";
/** the address on which the portal listens unless POCKETSOC_BIND names another; a proxy in front of it ends TLS */
export const loopback = "127.0.0.1";
const bindProblem = (value: string) =>
  isIP(value) ? undefined : "must be an IP address of this machine, or 0.0.0.0 or :: for all of them.";
function databaseProblem(value: string): string | undefined {
  const read = readDatabaseUrl(value);
  return "problem" in read ? read.problem : undefined;
}

/** The programs that read the settings. */
export type Program = "web" | "worker" | "receiver";

/** for each secret that not every program uses, the programs that do */
const usersOf: readonly { name: string; programs: readonly Program[] }[] = [
  { name: "POCKETSOC_SESSION_SECRET", programs: ["web"] },
  { name: "POCKETSOC_ENTRA_CLIENT_SECRET", programs: ["web"] },
  { name: "POCKETSOC_SMTP_URL", programs: ["worker"] },
  { name: "DATABASE_OWNER_URL", programs: [] },
];

/**
 * Returns the settings that a program must start with instead of this process's own: "" for each secret that it doesn't use.
 * A setting that is left out, Next would read from a file .env. The web gets the mail server's address without the login,
 * because it only says whether e-mail is set up.
 */
export function settingsFor(program: Program, source: Source): Record<string, string> {
  const hidden = usersOf.filter(({ programs }) => !programs.includes(program));
  const settings = Object.fromEntries(hidden.map(({ name }) => [name, ""]));
  const smtp = URL.parse(source.POCKETSOC_SMTP_URL?.trim() ?? "");
  if (program !== "web" || !smtp) return settings;
  // without its password, the user says that there is a login
  if (smtp.password === "") smtp.username = "";
  smtp.password = "";
  return { ...settings, POCKETSOC_SMTP_URL: smtp.href };
}

/**
 * Reads every setting that `program` uses; a secret of other programs is "". Returns all problems at once; a problem never
 * contains a secret's value.
 */
export function readEnv(
  source: Source,
  program: Program = "web",
): { ok: true; env: Env } | { ok: false; problems: SettingProblem[] } {
  const reader = new SettingsReader(source);
  const signInSecret = (name: string, problemOf: (value: string) => string | undefined) =>
    program === "web" ? reader.text(name, problemOf) : "";
  // as browsers write it: lower case, without the scheme's own port, and nothing after the host
  const origin = (name: string, localHttp: boolean, fallback?: string) =>
    URL.parse(reader.text(name, (value) => originProblem(value, localHttp), fallback))?.origin ?? "";
  const env: Env = {
    demo: source.POCKETSOC_DEMO === "1",
    production: source.NODE_ENV === "production" && source.POCKETSOC_DEMO !== "1",
    portalUrl: origin("POCKETSOC_URL", true),
    sessionSecret: signInSecret("POCKETSOC_SESSION_SECRET", lengthProblem),
    signIn: {
      directoryId: reader.text("POCKETSOC_ENTRA_TENANT_ID", guidProblem).toLowerCase(),
      clientId: reader.text("POCKETSOC_ENTRA_CLIENT_ID", guidProblem).toLowerCase(),
      clientSecret: signInSecret("POCKETSOC_ENTRA_CLIENT_SECRET", noProblem),
      authorityHost: origin("AZURE_AUTHORITY_HOST", false, "https://login.microsoftonline.com"),
    },
    encryptionKeys: readKeys(reader),
    databaseUrl: reader.text("DATABASE_URL", databaseProblem),
    firstAdmin: source.POCKETSOC_FIRST_ADMIN?.trim() || null,
    undoSeconds: readInteger(reader, "POCKETSOC_UNDO_SECONDS", "seconds", 8, 60),
    unconfirmedHours: readInteger(reader, "POCKETSOC_UNCONFIRMED_HOURS", "hours", 72, 168),
    deliveriesKeptDays: readInteger(reader, "POCKETSOC_DELIVERY_DAYS", "days", 30, 365),
    vapidSubject: readVapidSubject(reader),
    pushHosts: readHosts(source.POCKETSOC_PUSH_HOSTS),
    outgoingHosts: readHosts(source.POCKETSOC_OUTGOING_HOSTS),
    proxy: readProxy(reader),
    mail: readMail(reader, program),
    bindAddress: reader.text("POCKETSOC_BIND", bindProblem, loopback),
    receiverPort: readInteger(reader, "POCKETSOC_DOOR_PORT", "port", 3001, 65_535),
    noteRequired: readNoteRequired(reader),
  };
  return reader.problems.length === 0 ? { ok: true, env } : { ok: false, problems: reader.problems };
}

function readKeys(reader: SettingsReader): EncryptionKey[] {
  const name = "POCKETSOC_ENCRYPTION_KEYS";
  const text = reader.text(name, noProblem);
  const keys = text
    .split(",")
    .filter(Boolean)
    .map((entry) => {
      const at = entry.indexOf(":");
      return { id: entry.slice(0, at).trim(), key: Buffer.from(entry.slice(at + 1), "base64") };
    });
  if (keys.some(({ id, key }) => !/^[a-z0-9-]{1,16}$/.test(id) || key.length !== 32)) {
    reader.refuse(
      name,
      "must be id:key pairs separated by commas, each key 32 bytes in base64 (openssl rand -base64 32).",
    );
  } else if (new Set(keys.map(({ id }) => id)).size !== keys.length) {
    reader.refuse(name, "names one id twice.");
  }
  return keys;
}

function readInteger(
  reader: SettingsReader,
  name: string,
  unit: string,
  fallback: number,
  max: number,
): number {
  const value = Number(reader.text(name, noProblem, String(fallback)));
  if (!Number.isInteger(value) || value < 0 || value > max)
    reader.refuse(name, `must be a whole number (${unit}) between 0 and ${max}.`);
  return value;
}

/** Reads a list of hosts, separated by commas. Each is `host` or `host:port`, with `organisation=` before it or not. */
const readHosts = (text = ""): string[] =>
  text
    .split(",")
    .map((host) => host.trim().toLowerCase())
    .filter(Boolean);

function readProxy(reader: SettingsReader): ProxySettings | null {
  const read = readProxySettings(reader.source);
  if (!("problem" in read)) return read.proxy;
  reader.refuse(read.name, read.problem);
  return null;
}

/** Reads the contact address for web push. Without this setting, a public address of the portal is the contact. */
function readVapidSubject(reader: SettingsReader): string | null {
  const name = "POCKETSOC_VAPID_SUBJECT";
  const given = reader.source[name]?.trim();
  if (given && !isVapidSubject(given))
    reader.refuse(name, "must be mailto: with an e-mail address, or an https address, at a public host.");
  const own = reader.source.POCKETSOC_URL?.trim() ?? "";
  return given || (isVapidSubject(own) ? own : null);
}

/**
 * Reads the mail settings. Without a mail server the sender's address isn't checked, because people often remove only one
 * of the two settings.
 */
/** Reads the mail server. `isLoginHeld`: it has a login that `settingsFor` keeps from this program. */
function readMail(reader: SettingsReader, program: Program): Env["mail"] {
  const text = reader.source.POCKETSOC_SMTP_URL?.trim();
  if (!text) return null;
  const url = URL.parse(text);
  const isLoginHeld = program === "web" && url !== null && url.username !== "" && url.password === "";
  if (isLoginHeld) url.username = "";
  const read = readSmtpUrl(isLoginHeld ? url.href : text);
  if ("problem" in read) reader.refuse("POCKETSOC_SMTP_URL", read.problem);
  const from = reader.text("POCKETSOC_MAIL_FROM", (value) =>
    isMailbox(value) ? undefined : "must be one e-mail address and nothing else, as in soc@contoso.com.",
  );
  return "settings" in read ? { smtp: read.settings, from, isLoginHeld } : null;
}

const statusNames = ["active", "in_progress", "dismissed", "resolved"];

function readNoteRequired(reader: SettingsReader): string[] {
  const name = "POCKETSOC_NOTE_REQUIRED";
  const text = reader.text(name, noProblem, "dismissed");
  const statuses = text === "none" ? [] : text.split(",").map((status) => status.trim());
  if (statuses.some((status) => !statusNames.includes(status)))
    reader.refuse(name, `must be none, or some of ${statusNames.join(", ")}, separated by commas.`);
  return statuses;
}

/** Stands for the address of the embedded database while the other settings are checked, before it has one. */
export const embeddedDatabaseUrl = "postgres://embedded@localhost/embedded";

let parsed: Env | undefined;

/** Returns the name of the web's build (next.config.ts); undefined in development. Next replaces the variable. */
export const getBuild = (): string | undefined => process.env.NEXT_DEPLOYMENT_ID || undefined;

/** Returns this process's environment, for the settings that a vendor names and reads itself. */
export const getEnvironment = (): Readonly<Record<string, string | undefined>> => process.env;

/** Returns the settings of this process, parsed once for its program. Throws an Error that lists every problem. */
export function getEnv(program: Program = "web"): Env {
  if (parsed) return parsed;
  const read = readEnv(process.env, program);
  if (!read.ok) {
    throw new Error(
      `PocketSOC can't start:\n${read.problems.map(({ name, problem }) => `- ${name} ${problem}`).join("\n")}`,
    );
  }
  parsed = read.env;
  return parsed;
}
