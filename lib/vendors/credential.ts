import type { VendorIo } from "./io.ts";
import type { VendorCloud } from "./manifest.ts";
import type { VendorProblem } from "./problem.ts";

/** An application's ids at its authority, keyed by the authority's own names. Entra ID uses `tenantId` and `applicationId`. */
export type Application = Readonly<Record<string, string>>;

/** The credential that a call uses at the vendor. Only values of this type hold secrets in plain text. */
export type VendorCredential =
  /** a client secret, or an API key */
  | { kind: "secret"; application: Application; secret: string }
  /** certificate and key, both in PEM */
  | { kind: "certificate"; application: Application; certificate: string; privateKey: string }
  /** a person's own account, used through an application without a secret */
  | { kind: "person"; application: Application; tokens: TokenStore };

/** The token store of one person's account. All processes share it. */
export type TokenStore = {
  /** a text that changes with every sign-in of the account */
  key: string;
  /**
   * Calls `work` with the stored cache of tokens and stores the cache that `work` returns. Only one process at a time runs
   * `work`. Throws VendorError `sign_in_needed` if no cache is stored.
   */
  update<T>(work: (cache: string) => Promise<{ cache: string; value: T }>): Promise<T>;
};

/** A person who signed in: the claims of their validated id_token, and their serialised tokens. */
export type SignedIn = {
  cache: string;
  /** the id of the account's directory; for Entra ID, the tenant id */
  directoryId: string;
  /** the account's id in that directory; for Entra ID, the object id */
  objectId: string;
  /** the name that the person signs in with */
  account: string;
};

/** An application in one of the vendor's clouds. */
export type Registration = { application: Application; cloud: VendorCloud };

/** Signs people in at the vendor: authorization code flow with PKCE, state and nonce. */
export type VendorSignIn = {
  /**
   * Returns a stable name for a registration. It includes the authority's host. Vendors that share the authority and the
   * application return the same name. Tokens and shared secrets are used only for the registration of this name.
   */
  name(registration: Registration): string;
  /** Returns the address of the vendor's sign-in page. Throws VendorError. */
  begin(registration: Registration, request: SignInRequest, io: VendorIo): Promise<string>;
  /**
   * Redeems the authorization code, which works once. Throws VendorError if the code is refused, or if the directory or the
   * nonce in the answer isn't the request's.
   */
  finish(registration: Registration, answer: SignInAnswer, io: VendorIo): Promise<SignedIn>;
  /**
   * Explains an error that the vendor returned to the redirect URI; `description` is the vendor's text. For code
   * `consent_missing` the portal adds where to consent, and for `redirect_wrong` the redirect URI that was sent.
   */
  problem(error: string, description: string): VendorProblem;
  /** The page where an admin of the directory consents for everyone. */
  consentUrl?(registration: Registration): string;
  /** Whether a redirect with these parameters says that an admin consented. Such a redirect has no state. */
  isConsent?(parameters: Readonly<Record<string, unknown>>): boolean;
  /** What PocketSOC's native app needs to sign its user in at the vendor. Contains no secret. */
  native?(registration: Registration): NativeSignIn;
};
/** The parameters of OAuth 2.0 for native apps (RFC 8252). The redirect URI uses the app's own scheme. */
export type NativeSignIn = { authority: string; clientId: string; redirectUri: string; scope: string };
type SignInRequest = {
  redirectUri: string;
  state: string;
  nonce: string;
  /** the PKCE challenge (S256) */
  codeChallenge: string;
  /** the account that the vendor's sign-in page should suggest */
  loginHint: string | null;
  /** the claims challenge that the sign-in must satisfy, as the vendor sent it */
  challenge: string | null;
};
type SignInAnswer = {
  code: string;
  redirectUri: string;
  nonce: string;
  /** the PKCE verifier */
  verifier: string;
  challenge: string | null;
};
