export const titleLengthMax = 1_024;
export const descriptionLengthMax = 16_000;
export const wordLengthMax = 256;

/** A text fit for a database: well formed, without NUL, cut by characters. Anything but a string is "". */
export function cleanText(value: unknown, lengthMax: number): string {
  if (typeof value !== "string") return "";
  const whole = value.toWellFormed().replaceAll("\u0000", "\ufffd");
  return whole.length <= lengthMax ? whole : [...whole.slice(0, lengthMax * 2)].slice(0, lengthMax).join("");
}

const hidden =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** Makes what can't be seen visible: controls, bidi overrides and zero-widths become their code point. */
export function visibleText(text: string): string {
  return text
    .replaceAll("\r\n", "\n")
    .replace(
      hidden,
      (character) => `⟨U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}⟩`,
    );
}

/** A vendor's text fit to be stored and shown: clean, visible, and within its length after both. */
export function shownText(value: unknown, lengthMax: number): string {
  return cleanText(visibleText(cleanText(value, lengthMax)).trim(), lengthMax);
}

/** A word at the beginning of a sentence. */
export const capital = (word: string) => word.slice(0, 1).toUpperCase() + word.slice(1);

/** An indicator that nobody clicks by mistake: 192[.]0[.]2[.]7, hxxps://… */
export function defang(value: string): string {
  return value.replace(/^http/i, "hxxp").replaceAll(".", "[.]").replaceAll("@", "[@]");
}

/** The address when it is https and names no user, else null. */
export function httpsUrl(value: unknown): string | null {
  if (typeof value !== "string" || value.length > 4_096) return null;
  const url = URL.parse(value.trim());
  return url && url.protocol === "https:" && !url.username && !url.password ? url.href : null;
}
