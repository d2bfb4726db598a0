import { lookUp } from "./look-up.ts";

const unfinished = "The sign-in did not finish. Nothing was changed.";

/** what a person reads about a sign-in that failed, by next-auth's code */
const sentences: Readonly<Record<string, string>> = {
  AccessDenied:
    "That account is not of the directory that this portal belongs to, or the sign-in was cancelled.",
  OAuthCallback:
    "Microsoft's answer could not be used: it came late, twice, or the portal's sign-in secret has expired.",
  NotAwaited:
    "This browser no longer waited for Microsoft's answer: the sign-in began more than 15 minutes ago, had been finished already, or another tab has begun one since.",
  OAuthSignin: "Microsoft could not be reached, so the sign-in did not begin.",
  Callback: unfinished,
  Configuration: unfinished,
  Default: unfinished,
};

/** Returns what a person reads about a sign-in that failed with this code. Null if next-auth has no such code. */
export const signInProblem = (code: string): string | null => lookUp(sentences, code) ?? null;
