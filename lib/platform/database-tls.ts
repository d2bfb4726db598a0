import { readFileSync } from "node:fs";
import type { SecureVersion } from "node:tls";

/**
 * How a connection to the database is encrypted. `off`: not at all. `offered`: if the server offers TLS; otherwise not.
 * `encrypted`: always, without a look at the certificate. `trusted`: the certificate must come from a trusted authority.
 * `verified`: it must also name the host.
 */
export type DatabaseTls = {
  mode: "off" | "offered" | "encrypted" | "trusted" | "verified";
  /** the value of sslmode that asks for the mode; undefined without one */
  sslmode: string | undefined;
  /** whether TLS begins at once, without the question whether the server offers it */
  isDirect: boolean;
  /** certificates in PEM form; without `ca`, the authorities that Node trusts count, with those of NODE_EXTRA_CA_CERTS */
  ca?: string;
  cert?: string;
  key?: string;
  passphrase?: string;
  minVersion?: SecureVersion;
  maxVersion?: SecureVersion;
};

type Parameters = ReadonlyMap<string, string>;
type Refuse = (problem: string) => Error;

const modes: Record<string, DatabaseTls["mode"]> = {
  disable: "off",
  allow: "offered",
  prefer: "offered",
  require: "encrypted",
  "verify-ca": "trusted",
  "verify-full": "verified",
};

/**
 * Reads the parameters that concern TLS, with libpq's meanings. Reads the files that they name. `refuse` makes the error for
 * a value that can't be used. Decision 0028 says what each sslmode does.
 */
export function readTls(parameters: Parameters, refuse: Refuse): DatabaseTls {
  const sslmode = parameters.get("sslmode");
  const mode = readMode(parameters, refuse);
  const isDirect = readDirect(parameters.get("sslnegotiation"), mode, refuse);
  const rootFile = parameters.get("sslrootcert");
  const ca = rootFile && rootFile !== "system" ? readPem("sslrootcert", rootFile, refuse) : undefined;
  const certFile = parameters.get("sslcert");
  const keyFile = parameters.get("sslkey");
  if (Boolean(certFile) !== Boolean(keyFile))
    throw refuse("has only one of sslcert and sslkey. A client certificate needs both.");
  const passphrase = parameters.get("sslpassword");
  const minVersion = readVersion("ssl_min_protocol_version", parameters, refuse);
  const maxVersion = readVersion("ssl_max_protocol_version", parameters, refuse);
  return {
    mode,
    sslmode,
    isDirect,
    ...(ca ? { ca } : {}),
    ...(certFile && keyFile
      ? { cert: readPem("sslcert", certFile, refuse), key: readPem("sslkey", keyFile, refuse) }
      : {}),
    ...(passphrase ? { passphrase } : {}),
    ...(minVersion ? { minVersion } : {}),
    ...(maxVersion ? { maxVersion } : {}),
  };
}

function readMode(parameters: Parameters, refuse: Refuse): DatabaseTls["mode"] {
  const sslmode = parameters.get("sslmode");
  const rootFile = parameters.get("sslrootcert");
  const given = new Map(Object.entries(modes)).get(sslmode ?? "disable");
  if (!given) throw refuse(`has an sslmode other than ${Object.keys(modes).join(", ")}.`);
  const binding = parameters.get("channel_binding");
  if (binding && !["disable", "prefer", "require"].includes(binding))
    throw refuse("has a channel_binding other than disable, prefer, require.");
  // an address with a certificate authority was meant to be encrypted
  if (rootFile && given === "off")
    throw refuse("has an sslrootcert but no sslmode that uses it. Add sslmode=verify-full.");
  if (given === "trusted" && !rootFile)
    throw refuse(
      "has sslmode=verify-ca without sslrootcert, so any public authority's certificate would do. Add sslrootcert=FILE, or write sslmode=verify-full.",
    );
  if (rootFile === "system") {
    if (sslmode !== "verify-full") throw refuse("has sslrootcert=system, which needs sslmode=verify-full.");
    return given;
  }
  // libpq compares the certificate with the password exchange; the driver can't, so the certificate itself is verified
  if (binding === "require") {
    if (given === "off" || given === "offered")
      throw refuse("has channel_binding=require, which needs TLS. Add sslmode=verify-full.");
    return given === "encrypted" ? "verified" : given;
  }
  return given === "encrypted" && rootFile ? "trusted" : given;
}

function readDirect(text: string | undefined, mode: DatabaseTls["mode"], refuse: Refuse): boolean {
  if (text === undefined || text === "postgres") return false;
  if (text !== "direct") throw refuse("has an sslnegotiation other than postgres and direct.");
  if (mode === "off" || mode === "offered")
    throw refuse("has sslnegotiation=direct, which needs sslmode=require, verify-ca or verify-full.");
  return true;
}

function readPem(name: string, file: string, refuse: Refuse): string {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    throw refuse(`names ${file} as ${name}, which isn't there or can't be read.`);
  }
  if (!text.includes("-----BEGIN")) throw refuse(`names ${file} as ${name}, which has nothing in PEM form.`);
  return text;
}

function readVersion(name: string, parameters: Parameters, refuse: Refuse): SecureVersion | undefined {
  const text = parameters.get(name);
  const version = (["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"] as const).find((known) => known === text);
  if (text && !version) throw refuse(`has an ${name} other than TLSv1, TLSv1.1, TLSv1.2, TLSv1.3.`);
  return version;
}
