/**
 * SHA-256 of the first migration of the versions before 0.2.0. A database with this migration was created by such a version.
 */
export const firstVersionHash = "6fc894a499fa5d3cefd1b0878867e905be15048517b0d7af0db34793e46142a5";
