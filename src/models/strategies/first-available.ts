import type { Strategy } from "../call/strategy.ts";

const firstAvailable: Strategy = {
  name: "first_available",
  does: "asks in order until one answers validly",
  async find(call) {
    const answer = await call.inTurn([...call.models], { isAlone: true });
    return answer && { answer };
  },
};
export default firstAvailable;
