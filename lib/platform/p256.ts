import { createECDH } from "node:crypto";

/** Whether base64url text is an uncompressed point of the curve P-256. Only with such a point can a message be encrypted. */
export function isP256Point(text: string): boolean {
  const point = Buffer.from(text, "base64url");
  if (point.length !== 65 || point[0] !== 0x04) return false;
  const probe = createECDH("prime256v1");
  probe.generateKeys();
  try {
    probe.computeSecret(point);
    return true;
  } catch {
    // OpenSSL refuses coordinates that aren't on the curve
    return false;
  }
}
