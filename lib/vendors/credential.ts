import type { VendorIo } from "./io.ts";
import type { VendorCloud } from "./manifest.ts";
import type { VendorProblem } from "./problem.ts";

/** An application as its authority knows it, by the authority's own names: for Entra ID, `tenantId` and `applicationId`. */
export type Application = Readonly<Record<string, string>>;

/** How a call signs in at the vendor; what is secret is in the clear here and nowhere else. */
export type VendorCredential =
  /** a client secret, or an API key */
  | { kind: "secret"; application: Application; secret: string }
  /** both PEM */
  | { kind: "certificate"; application: Application; certificate: string; privateKey: string }
  /** a person's own account, through an application that proves nothing of its own */
  | { kind: "person"; application: Application; tokens: TokenStore };

/** Where the tokens of one person's account are kept, shared by every process. */
export type TokenStore = {
  /** another one for every sign-in */
  key: string;
  /**
   * Runs `work` alone among all processes, with the cache as it then stands; what it returns takes its place.
   * Throws VendorError `sign_in_needed` when there is none any more.
   */
  update<T>(work: (cache: string) => Promise<{ cache: string; value: T }>): Promise<T>;
};

/** Who signed in, by a checked id_token, and the tokens, serialised. */
export type SignedIn = {
  cache: string;
  /** what the account belongs to at the authority, and its id there: for Entra ID, directory and object id */
  directoryId: string;
  objectId: string;
  /** the name they sign in with */
  account: string;
};

/** An application in one of the vendor's clouds. */
export type Registration = { application: Application; cloud: VendorCloud };

/** A person's sign-in at the vendor: authorization code with PKCE, state and nonce. */
export type VendorSignIn = {
  /**
   * Names what tokens are given for: authority and application, wherever vendors share them. Tokens of another
   * registration are never sent to this one.
   */
  name(registration: Registration): string;
  /** The page at the vendor to send the person to. Throws VendorError. */
  begin(registration: Registration, request: SignInRequest, io: VendorIo): Promise<string>;
  /** Redeems the code, once. Throws VendorError, also when the directory or the nonce isn't the one asked for. */
  finish(registration: Registration, answer: SignInAnswer, io: VendorIo): Promise<SignedIn>;
  /**
   * What the vendor's error in an answer means; `description` is its own text. Of two codes the portal says more:
   * `consent_missing` (where consent is given) and `redirect_wrong` (the redirect URI that was sent).
   */
  problem(error: string, description: string): VendorProblem;
  /** The page where an admin of the directory consents for all. */
  consentUrl?(registration: Registration): string;
  /** Whether an answer without a state says that an admin consented there. */
  isConsent?(parameters: Readonly<Record<string, unknown>>): boolean;
  /** What a native app of ours needs to sign its person in at the vendor by itself; no secret is among it. */
  native?(registration: Registration): NativeSignIn;
};
/** By the words of OAuth 2.0 for native apps (RFC 8252); the redirect URI is the app's own scheme. */
export type NativeSignIn = { authority: string; clientId: string; redirectUri: string; scope: string };
type SignInRequest = {
  redirectUri: string;
  state: string;
  nonce: string;
  /** PKCE, S256 */
  codeChallenge: string;
  /** whose account is offered first */
  loginHint: string | null;
  /** what the vendor asked to have proved, as it said it */
  challenge: string | null;
};
type SignInAnswer = {
  code: string;
  redirectUri: string;
  nonce: string;
  /** PKCE's */
  verifier: string;
  challenge: string | null;
};
