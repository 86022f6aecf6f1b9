import { main } from "./main.js";
import { createWorld } from "./world.js";

process.exitCode = await main(createWorld(process));
