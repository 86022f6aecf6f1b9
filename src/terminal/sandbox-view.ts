import type { SandboxView } from "./json/sandbox.js";

/** How the sandbox is, and how any AWS client reaches it. */
export function sandboxText(view: SandboxView): string {
  if (!view.running) return lines(["stopped"]);
  return lines([
    "running",
    `  endpoint   ${view.endpoint}`,
    `  region     ${view.region}`,
    `  pid        ${view.pid}`,
    `  config     ${view.config}`,
    `  state      ${view.stateDirectory}`,
    "",
    "Any AWS client reaches it with:",
    `  export AWS_ENDPOINT_URL=${view.endpoint} AWS_REGION=${view.region}`,
    `  export AWS_ACCESS_KEY_ID=${view.credentials.accessKeyId} AWS_SECRET_ACCESS_KEY=${view.credentials.secretAccessKey}`,
  ]);
}

function lines(texts: readonly string[]): string {
  return texts.map((text) => `${text}\n`).join("");
}
