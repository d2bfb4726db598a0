/**
 * The word that a person types before something is deleted for good. It isn't the name of the deleted thing, because a name
 * may have letters that the person's keyboard lacks.
 */
export const confirmationWord = "delete";

/** Whether the typed text is the confirmation word. Case, full-width letters and surrounding spaces are ignored. */
export const isConfirmation = (typed: string): boolean =>
  typed.normalize("NFKC").trim().toLowerCase() === confirmationWord;
