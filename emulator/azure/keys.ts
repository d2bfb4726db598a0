import { exportJWK, generateKeyPair, type JWK, type JWTPayload, jwtVerify, SignJWT } from "jose";

export type Keys = {
  jwks: { keys: JWK[] };
  sign(claims: JWTPayload, lifetimeSeconds: number): Promise<string>;
  verify(token: string): Promise<JWTPayload>;
};

/** Makes a new RS256 signing key. Tokens from an earlier run of the emulator are therefore invalid. */
export async function createKeys(): Promise<Keys> {
  const { publicKey, privateKey } = await generateKeyPair("RS256");
  const kid = "emulator-1";
  const jwk = { ...(await exportJWK(publicKey)), kid, use: "sig", alg: "RS256" };
  return {
    jwks: { keys: [jwk] },
    sign: (claims, lifetimeSeconds) => {
      const now = Math.floor(Date.now() / 1000);
      // makes each token unique, even those signed within one second
      const uti = crypto.randomUUID();
      return new SignJWT({ ...claims, uti, iat: now, nbf: now, exp: now + lifetimeSeconds, ver: "2.0" })
        .setProtectedHeader({ alg: "RS256", kid, typ: "JWT" })
        .sign(privateKey);
    },
    verify: async (token) => (await jwtVerify(token, publicKey, { algorithms: ["RS256"] })).payload,
  };
}
