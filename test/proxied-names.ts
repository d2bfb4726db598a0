import { readFileSync } from "node:fs";
import { join } from "node:path";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { ensureCertificates } from "../emulator/tls.ts";

/** The names of the stand-ins that only a proxy can reach. DNS never knows a name below .test (RFC 6761). */
export const proxied = {
  entra: "login.soc.test",
  arm: "management.soc.test",
  push: "push.soc.test",
  receiver: "hooks.soc.test",
} as const;

/** the folder of the certificates for these names */
export const proxiedCertificates = join(".pocketsoc", "test-proxied-ca");

/** Makes the certificates for these names. Returns the file of their certificate authority. */
export const ensureProxiedCertificates = async (): Promise<string> =>
  (await ensureCertificates(proxiedCertificates, Object.values(proxied))).caFile;

/** Makes this process trust the certificates, as NODE_EXTRA_CA_CERTS does at a start. Returns a function that ends this. */
export async function trustProxiedCertificates(): Promise<() => void> {
  const before = getCACertificates("default");
  setDefaultCACertificates([...before, readFileSync(await ensureProxiedCertificates(), "utf8")]);
  return () => setDefaultCACertificates(before);
}
