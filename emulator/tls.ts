import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { generate } from "selfsigned";

type Certificates = { caFile: string; key: string; cert: string };

/**
 * Returns a certificate for localhost and `names`, signed by the emulator's own certificate authority. Both are made once in
 * `stateDir` and are valid for a year. Clients trust the authority by NODE_EXTRA_CA_CERTS.
 */
export async function ensureCertificates(
  stateDir: string,
  names: readonly string[] = [],
): Promise<Certificates> {
  const pathOf = (name: string) => join(stateDir, name);
  const caFile = pathOf("ca.pem");
  if (!existsSync(pathOf("localhost.pem"))) {
    mkdirSync(stateDir, { recursive: true });
    const notAfterDate = new Date(Date.now() + 365 * 86_400_000);
    // a name of its own: beside another authority of the same name, clients would check against the wrong key
    const authority = `PocketSOC emulator CA ${randomUUID().slice(0, 8)}`;
    const ca = await generate([{ name: "commonName", value: authority }], {
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
            ...["localhost", ...names].map((value) => ({ type: 2 as const, value })),
            { type: 7, ip: "127.0.0.1" },
          ],
        },
      ],
    });
    writeFileSync(caFile, ca.cert, { mode: 0o600 });
    writeFileSync(pathOf("localhost.key"), server.private, { mode: 0o600 });
    writeFileSync(pathOf("localhost.pem"), server.cert, { mode: 0o600 });
  }
  return {
    caFile,
    key: readFileSync(pathOf("localhost.key"), "utf8"),
    cert: readFileSync(pathOf("localhost.pem"), "utf8"),
  };
}
