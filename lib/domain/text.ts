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

/**
 * Matches characters that leave no mark of their own: controls but tab and line feed, separators of lines and paragraphs,
 * marks of annotations, and what Unicode says may be ignored in display. A variation selector that makes a pictograph colourful
 * isn't matched.
 */
const invisible =
  /(?!(?<=\p{Extended_Pictographic})\ufe0f)(?![\t\n])[\p{Cc}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]/gu;

/** Replaces invisible characters (controls, bidi overrides, zero-width characters) by visible ones, such as ⟨U+202E⟩. */
export function visibleText(text: string): string {
  return text
    .replaceAll("\r\n", "\n")
    .replace(
      invisible,
      (character) => `⟨U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}⟩`,
    );
}

/** Whether a text is one line of well-formed text without invisible characters. */
export const isShownWhole = (line: string) =>
  line.isWellFormed() && !/[\t\r\n]/.test(line) && visibleText(line) === line;

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

/** Formats a number of minutes: "1 minute", "5 minutes". */
export const minutesText = (minutes: number): string => (minutes === 1 ? "1 minute" : `${minutes} minutes`);

/** Shortens a text of a caller to 40 characters, to be quoted in an answer. */
export const shortened = (text: string): string => (text.length > 40 ? `${text.slice(0, 40)}…` : text);
