import { describe, inject } from "vitest";
import { tryUpstream } from "../support/upstream-cases.ts";

describe("in workerd", () => tryUpstream(() => inject("upstreamServer")));
