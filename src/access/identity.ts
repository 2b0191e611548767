/** Who asks, as far as it is proven: the authenticated subject, or undefined for everybody else. */
export type Identify = (request: Request, env: Env) => Promise<string | undefined>;

/** There is no authentication yet. */
export const identifyNobody: Identify = async () => undefined;
