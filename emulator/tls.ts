import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { generate } from "selfsigned";

type Certificates = { caFile: string; key: string; cert: string };

/**
 * The emulator's own certificate authority and a certificate for localhost, made once in `stateDir` and
 * used again for a year. Clients trust it through NODE_EXTRA_CA_CERTS; nobody ignores certificates.
 */
export async function ensureCertificates(stateDir: string): Promise<Certificates> {
  const at = (name: string) => join(stateDir, name);
  const caFile = at("ca.pem");
  if (!existsSync(at("localhost.pem"))) {
    mkdirSync(stateDir, { recursive: true });
    const notAfterDate = new Date(Date.now() + 365 * 86_400_000);
    const ca = await generate([{ name: "commonName", value: "PocketSOC emulator CA" }], {
      keySize: 2048,
      algorithm: "sha256",
      notAfterDate,
      extensions: [
        { name: "basicConstraints", cA: true, critical: true },
        { name: "keyUsage", keyCertSign: true, cRLSign: true, critical: true },
      ],
    });
    const server = await generate([{ name: "commonName", value: "localhost" }], {
      keySize: 2048,
      algorithm: "sha256",
      notAfterDate,
      ca: { key: ca.private, cert: ca.cert },
      extensions: [
        { name: "basicConstraints", cA: false },
        {
          name: "subjectAltName",
          altNames: [
            { type: 2, value: "localhost" },
            { type: 7, ip: "127.0.0.1" },
          ],
        },
      ],
    });
    writeFileSync(caFile, ca.cert, { mode: 0o600 });
    writeFileSync(at("localhost.key"), server.private, { mode: 0o600 });
    writeFileSync(at("localhost.pem"), server.cert, { mode: 0o600 });
  }
  return {
    caFile,
    key: readFileSync(at("localhost.key"), "utf8"),
    cert: readFileSync(at("localhost.pem"), "utf8"),
  };
}
