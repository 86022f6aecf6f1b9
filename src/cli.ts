import { main } from "./main.js";
import { createWorld } from "./world.js";

// The AWS SDK would tell users of Node 20 on standard error that its releases of 2027 need a newer Node.
process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";

const world = createWorld(process);
world.leave(await main(world));
