/** A setting that is missing or wrong, and what is wrong with it. The text never contains a secret's value. */
export type SettingProblem = { name: string; problem: string };
/** Settings by name, as in a process's environment. */
export type Source = Record<string, string | undefined>;

/** Whether a value stands in quotes. Shells remove quotes; Docker's env files and some supervisors pass them on. */
export const isQuoted = (value: string): boolean => /^(["'])[^]*\1$/.test(value) && value.length > 1;
export const quoteRule = "stands in quotes, which would be a part of the value. Remove them.";

/** Reads settings one by one and collects their problems. */
export class SettingsReader {
  readonly problems: SettingProblem[] = [];
  readonly source: Source;

  constructor(source: Source) {
    this.source = source;
  }

  refuse(name: string, problem: string): void {
    this.problems.push({ name, problem });
  }

  /** Reads a setting. `problemOf` returns what is wrong with a value, or undefined if the value is valid. */
  text(name: string, problemOf: (value: string) => string | undefined, fallback?: string): string {
    const value = this.source[name]?.trim() || fallback;
    if (!value) {
      this.refuse(name, "is missing.");
      return "";
    }
    const problem = isQuoted(value) ? quoteRule : problemOf(value);
    if (problem) this.refuse(name, problem);
    return value;
  }
}
