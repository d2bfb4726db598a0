/** Returns the sentence with which a form says how many of its fields are invalid. */
export const fieldsToFix = (count: number): string =>
  count === 1 ? "Fix 1 field to continue." : `Fix ${count} fields to continue.`;
