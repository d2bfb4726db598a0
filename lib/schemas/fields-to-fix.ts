/** Returns the sentence in which a form says how many fields are invalid. */
export const fieldsToFix = (count: number): string =>
  count === 1 ? "Fix 1 field to continue." : `Fix ${count} fields to continue.`;
