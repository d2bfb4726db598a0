/** The prefixes of the texts of API tokens and webhook tokens. Scanners for leaked secrets recognise tokens by them. */
const prefixes = { access: "psoc_", webhook: "psk_" } as const;
type TokenKind = keyof typeof prefixes;

const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/** the number of base-62 digits that 32 bytes need */
const bodyLength = 43;
const checksumLength = 6;
const form = /^[0-9A-Za-z]{49}$/;

function inBase62(value: bigint, length: number): string {
  let text = "";
  for (let rest = value; rest > 0n; rest /= 62n) text = (digits[Number(rest % 62n)] ?? "") + text;
  return text.padStart(length, "0");
}

/** Returns the CRC-32 (ISO 3309, as zlib computes it) of ASCII text. */
function crc32(text: string): number {
  let crc = 0xffffffff;
  for (let at = 0; at < text.length; at++) {
    crc ^= text.charCodeAt(at);
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

const checksumOf = (body: string) => inBase62(BigInt(crc32(body)), checksumLength);

/** Makes a token's text from 32 random bytes: the prefix of its kind, the bytes in base 62, and a checksum. */
export function tokenText(kind: TokenKind, bytes: Uint8Array): string {
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  const body = inBase62(value, bodyLength);
  return prefixes[kind] + body + checksumOf(body);
}

/** Whether a text has the form of a token of this kind and the right checksum. */
export function isTokenText(kind: TokenKind, text: string): boolean {
  if (!text.startsWith(prefixes[kind])) return false;
  const rest = text.slice(prefixes[kind].length);
  return form.test(rest) && rest.slice(bodyLength) === checksumOf(rest.slice(0, bodyLength));
}

/** Returns the last four characters of a token's text, by which people recognise the token. */
export const tokenHint = (text: string) => text.slice(-4);
