declare namespace Cloudflare {
  interface Env {
    /** Optional on purpose: a required test-only binding breaks types that are generic over `Env`. */
    readonly TEST_MIGRATIONS?: import("cloudflare:test").D1Migration[];
  }
}
