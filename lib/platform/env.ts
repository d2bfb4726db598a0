import type { EncryptionKey } from "./crypto.ts";
import { originProblem } from "./origin.ts";
import { isMailbox, readSmtpUrl, type SmtpSettings } from "./smtp-settings.ts";
import { isVapidSubject } from "./vapid-subject.ts";

/** The settings of the web and the worker, parsed once. */
export type Env = {
  production: boolean;
  demo: boolean;
  /** origin that people open, without a trailing slash */
  portalUrl: string;
  sessionSecret: string;
  /** the portal's own sign-in, and the origin of the Entra ID that it is at */
  signIn: { directoryId: string; clientId: string; clientSecret: string; authorityHost: string };
  encryptionKeys: readonly EncryptionKey[];
  databaseUrl: string;
  firstAdmin: string | null;
  undoSeconds: number;
  /** for how long a person still sees what their vendor can't be asked about */
  unconfirmedHours: number;
  deliveriesKeptDays: number;
  /** who answers for web push, as RFC 8292 has it; null: nobody, so nothing is sent */
  vapidSubject: string | null;
  /** hosts of push services beside the known ones */
  pushHosts: readonly string[];
  /** the way out for e-mail, and the address that it comes from; null: none is sent */
  mail: { smtp: SmtpSettings; from: string } | null;
  /** hosts that an organisation's outgoing webhook may call beside those of the internet */
  outgoingHosts: readonly string[];
  /** where the webhook's own door listens, if it is started */
  receiverPort: number;
  /** statuses that can't be asked for without a note */
  noteRequired: readonly string[];
};
export type EnvProblem = { name: string; problem: string };
type Source = Record<string, string | undefined>;

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

class Reader {
  readonly problems: EnvProblem[] = [];
  readonly source: Source;

  constructor(source: Source) {
    this.source = source;
  }

  refuse(name: string, problem: string): void {
    this.problems.push({ name, problem });
  }

  /** `is` says what the value must be; undefined when it is right. */
  text(name: string, is: (value: string) => string | undefined, fallback?: string): string {
    const value = this.source[name]?.trim() || fallback;
    if (!value) {
      this.refuse(name, "is missing.");
      return "";
    }
    const problem = is(value);
    if (problem) this.refuse(name, problem);
    return value;
  }
}

const isGuid = (value: string) =>
  guid.test(value) ? undefined : "must be a GUID, as the Azure portal shows it.";
const isAnything = () => undefined;
const isLong = (value: string) => (value.length >= 32 ? undefined : "must have at least 32 characters.");
const isDatabase = (value: string) =>
  /^postgres(ql)?:\/\//.test(value) ? undefined : "must begin with postgres:// and name a database.";

/** Reads every setting and lists all that are missing or malformed, never with a secret's value. */
export function readEnv(source: Source): { ok: true; env: Env } | { ok: false; problems: EnvProblem[] } {
  const r = new Reader(source);
  const origin = (name: string, localHttp: boolean, fallback?: string) =>
    r.text(name, (value) => originProblem(value, localHttp), fallback).replace(/\/$/, "");
  const env: Env = {
    demo: source.POCKETSOC_DEMO === "1",
    production: source.NODE_ENV === "production" && source.POCKETSOC_DEMO !== "1",
    portalUrl: origin("POCKETSOC_URL", true),
    sessionSecret: r.text("POCKETSOC_SESSION_SECRET", isLong),
    signIn: {
      directoryId: r.text("POCKETSOC_ENTRA_TENANT_ID", isGuid).toLowerCase(),
      clientId: r.text("POCKETSOC_ENTRA_CLIENT_ID", isGuid).toLowerCase(),
      clientSecret: r.text("POCKETSOC_ENTRA_CLIENT_SECRET", isAnything),
      authorityHost: origin("AZURE_AUTHORITY_HOST", false, "https://login.microsoftonline.com"),
    },
    encryptionKeys: readKeys(r),
    databaseUrl: r.text("DATABASE_URL", isDatabase),
    firstAdmin: source.POCKETSOC_FIRST_ADMIN?.trim() || null,
    undoSeconds: readWhole(r, "POCKETSOC_UNDO_SECONDS", "seconds", 8, 60),
    unconfirmedHours: readWhole(r, "POCKETSOC_UNCONFIRMED_HOURS", "hours", 72, 168),
    deliveriesKeptDays: readWhole(r, "POCKETSOC_DELIVERY_DAYS", "days", 30, 365),
    vapidSubject: readVapidSubject(r),
    pushHosts: readHosts(source.POCKETSOC_PUSH_HOSTS),
    outgoingHosts: readHosts(source.POCKETSOC_OUTGOING_HOSTS),
    mail: readMail(r),
    receiverPort: readWhole(r, "POCKETSOC_DOOR_PORT", "port", 3001, 65_535),
    noteRequired: readNoteRequired(r),
  };
  return r.problems.length === 0 ? { ok: true, env } : { ok: false, problems: r.problems };
}

function readKeys(r: Reader): EncryptionKey[] {
  const name = "POCKETSOC_ENCRYPTION_KEYS";
  const text = r.text(name, isAnything);
  const keys = text
    .split(",")
    .filter(Boolean)
    .map((entry) => {
      const at = entry.indexOf(":");
      return { id: entry.slice(0, at).trim(), key: Buffer.from(entry.slice(at + 1), "base64") };
    });
  if (keys.some(({ id, key }) => !/^[a-z0-9-]{1,16}$/.test(id) || key.length !== 32)) {
    r.refuse(
      name,
      "must be id:key pairs separated by commas, each key 32 bytes in base64 (openssl rand -base64 32).",
    );
  } else if (new Set(keys.map(({ id }) => id)).size !== keys.length) {
    r.refuse(name, "names one id twice.");
  }
  return keys;
}

function readWhole(r: Reader, name: string, unit: string, usual: number, most: number): number {
  const value = Number(r.text(name, isAnything, String(usual)));
  if (!Number.isInteger(value) || value < 0 || value > most)
    r.refuse(name, `must be whole ${unit} between 0 and ${most}.`);
  return value;
}

/** "host" or "host:port", separated by commas, as `URL` writes a host. */
const readHosts = (text = ""): string[] =>
  text
    .split(",")
    .map((one) => one.trim().toLowerCase())
    .filter(Boolean);

/** The portal's own https address, where no other is given and the internet may know it. */
function readVapidSubject(r: Reader): string | null {
  const name = "POCKETSOC_VAPID_SUBJECT";
  const given = r.source[name]?.trim();
  if (given && !isVapidSubject(given))
    r.refuse(
      name,
      "must be mailto: with an address, or an https address, at a host that the internet knows.",
    );
  const own = r.source.POCKETSOC_URL?.trim() ?? "";
  return given || (isVapidSubject(own) ? own : null);
}

/** A sender without a server is no mistake: it is left where the server was taken out. */
function readMail(r: Reader): Env["mail"] {
  const text = r.source.POCKETSOC_SMTP_URL?.trim();
  if (!text) return null;
  const read = readSmtpUrl(text);
  if ("problem" in read) r.refuse("POCKETSOC_SMTP_URL", read.problem);
  const from = r.text("POCKETSOC_MAIL_FROM", (value) =>
    isMailbox(value) ? undefined : "must be one e-mail address and nothing else, as in soc@contoso.com.",
  );
  return "settings" in read ? { smtp: read.settings, from } : null;
}

const notable = ["active", "in_progress", "dismissed", "resolved"];

function readNoteRequired(r: Reader): string[] {
  const name = "POCKETSOC_NOTE_REQUIRED";
  const text = r.text(name, isAnything, "dismissed");
  const statuses = text === "none" ? [] : text.split(",").map((one) => one.trim());
  if (statuses.some((one) => !notable.includes(one)))
    r.refuse(name, `must be none, or some of ${notable.join(", ")}, separated by commas.`);
  return statuses;
}

let parsed: Env | undefined;

/** The settings of this process; throws an Error that lists every problem. */
export function getEnv(): Env {
  if (parsed) return parsed;
  const read = readEnv(process.env);
  if (!read.ok) {
    throw new Error(
      `PocketSOC can't start:\n${read.problems.map((one) => `- ${one.name} ${one.problem}`).join("\n")}`,
    );
  }
  parsed = read.env;
  return parsed;
}
