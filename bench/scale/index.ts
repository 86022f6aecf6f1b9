// What bench/scale.mjs calls; bundled by it.
export { drawnBootsMs } from "./drawn-boots.js";
