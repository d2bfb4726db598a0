import type { Permission } from "./roles.ts";

export const scopes = ["read", "triage"] as const;
export type Scope = (typeof scopes)[number];

export const scopeLabel: Record<Scope, string> = { read: "Read", triage: "Triage" };
export const scopeMeaning: Record<Scope, string> = {
  read: "See configurations and detections, and ask for a sync",
  triage: "Acknowledge detections and change their status; reading is included",
};

const granted: Record<Scope, readonly Permission[]> = {
  read: ["detections.read"],
  triage: ["detections.read", "detections.triage"],
};

/** What a scope needs of the role of the person who makes the token. */
export const neededBy: Record<Scope, Permission> = { read: "detections.read", triage: "detections.triage" };

/** The permissions that a token's scopes carry; its person's role may allow less. */
export function permissionsOf(held: readonly Scope[]): Permission[] {
  return [...new Set(held.flatMap((scope) => granted[scope]))];
}

/** days that the page offers; any whole number from 1 to `expiresInDaysMax` is taken */
export const expiryChoices = [7, 30, 90, 365] as const;
export const expiresInDaysMax = 365;
/** tokens of one person in one organisation that may live at once */
export const liveTokensMax = 25;
export const tokenNameLengthMax = 80;

const prefix = "psoc_";
const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/** 62^43 is just above 2^256: every 32 bytes have a text of their own */
const bodyLength = 43;
const checksumLength = 6;
const form = new RegExp(`^${prefix}[0-9A-Za-z]{${bodyLength + checksumLength}}$`);

function inBase62(value: bigint, length: number): string {
  let text = "";
  for (let rest = value; rest > 0n; rest /= 62n) text = (digits[Number(rest % 62n)] ?? "") + text;
  return text.padStart(length, "0");
}

/** CRC-32 (ISO 3309, as zlib computes it) of ASCII text. */
export function crc32(text: string): number {
  let crc = 0xffffffff;
  for (let at = 0; at < text.length; at++) {
    crc ^= text.charCodeAt(at);
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

const checksumOf = (body: string) => inBase62(BigInt(crc32(body)), checksumLength);

/** A token's text from 32 random bytes: `psoc_`, the bytes in base 62, and a checksum of that. */
export function tokenText(bytes: Uint8Array): string {
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  const body = inBase62(value, bodyLength);
  return prefix + body + checksumOf(body);
}

/** Whether a text has a token's form and a checksum that fits: what fails this was never one of ours. */
export function isTokenText(text: string): boolean {
  if (!form.test(text)) return false;
  const body = text.slice(prefix.length, prefix.length + bodyLength);
  return text.slice(prefix.length + bodyLength) === checksumOf(body);
}

/** The last four characters, by which a person tells a token from others. */
export const tokenHint = (text: string) => text.slice(-4);
