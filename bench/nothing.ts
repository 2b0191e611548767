/** What a library is replaced by to see what it costs. */
export const createOpenAICompatible = undefined;
export const createAnthropic = undefined;
