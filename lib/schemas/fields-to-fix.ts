/** What a form says when some of its fields can't be taken as they are. */
export const fieldsToFix = (count: number): string =>
  count === 1 ? "Fix 1 field to continue." : `Fix ${count} fields to continue.`;
