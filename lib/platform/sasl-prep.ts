/** spaces other than U+0020, which become that (RFC 3454, C.1.2) */
const otherSpaces = /[\u00A0\u1680\u2000-\u200B\u202F\u205F\u3000]/g;
/** characters that vanish (RFC 3454, B.1) */
const vanishing =
  /\u{AD}|\u{34F}|\u{1806}|\u{180B}|\u{180C}|\u{180D}|\u{200C}|\u{200D}|\u{2060}|\p{Variation_Selector}|\u{FEFF}/gu;
/**
 * characters that a prepared password may not have: controls, private use, surrogates, non-characters, format marks, and the
 * pictures that came after Unicode 3.2
 */
const forbidden =
  /[\p{Cc}\p{Co}\p{Cs}\p{Cn}\u200E\u200F\u202A-\u202E\u206A-\u206F\uFFF9-\uFFFD\u{1F000}-\u{1FAFF}]/u;

/**
 * Prepares a password for SCRAM as PostgreSQL does (SASLprep, RFC 4013), so that each way of writing a letter gives the same
 * password. Like PostgreSQL, returns a password that can't be prepared as it is.
 */
export function saslPrep(password: string): string {
  const prepared = password.replace(otherSpaces, " ").replace(vanishing, "").normalize("NFKC");
  return prepared === "" || forbidden.test(prepared) ? password : prepared;
}
