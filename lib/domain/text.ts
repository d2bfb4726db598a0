export const titleLengthMax = 1_024;
export const descriptionLengthMax = 16_000;
export const wordLengthMax = 256;

/**
 * Returns a text that PostgreSQL accepts: well formed, without NUL, cut to `lengthMax` code points. Returns "" for a value
 * that isn't a text.
 */
export function cleanText(value: unknown, lengthMax: number): string {
  if (typeof value !== "string") return "";
  const text = value.toWellFormed().replaceAll("\u0000", "\ufffd");
  return text.length <= lengthMax ? text : [...text.slice(0, lengthMax * 2)].slice(0, lengthMax).join("");
}

// all that Unicode lets programs leave out, but for the two selectors that make a sign an emoji or plain
const invisible =
  /(?![\ufe0e\ufe0f])[\p{Default_Ignorable_Code_Point}\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;

/** Replaces invisible characters (controls, bidi overrides, zero-width characters) by visible ones, such as ⟨U+202E⟩. */
export function visibleText(text: string): string {
  return text
    .replaceAll("\r\n", "\n")
    .replace(
      invisible,
      (character) => `⟨U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}⟩`,
    );
}

/**
 * Makes a text of a vendor safe to store and to show: well formed, with invisible characters made visible, and cut to
 * `lengthMax` code points.
 */
export function shownText(value: unknown, lengthMax: number): string {
  return cleanText(visibleText(cleanText(value, lengthMax)).trim(), lengthMax);
}

/** Capitalises the first letter of a word. */
export const capital = (word: string) => word.slice(0, 1).toUpperCase() + word.slice(1);

/** Writes an address so that nobody can click it by mistake, such as 192[.]0[.]2[.]7 or hxxps://… */
export function defang(value: string): string {
  return value.replace(/^http/i, "hxxp").replaceAll(".", "[.]").replaceAll("@", "[@]");
}

/**
 * Returns an https address in normal form. Returns null for any other value, and for an address that contains a user name.
 */
export function httpsUrl(value: unknown): string | null {
  if (typeof value !== "string" || value.length > 4_096) return null;
  const url = URL.parse(value.trim());
  return url && url.protocol === "https:" && !url.username && !url.password ? url.href : null;
}
