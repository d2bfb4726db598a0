/** Returns a form's message about its number of invalid fields. */
export const fieldsToFix = (count: number): string =>
  count === 1 ? "Fix 1 field to continue." : `Fix ${count} fields to continue.`;
