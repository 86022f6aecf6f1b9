import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { connect } from "node:net";
import type { Address } from "./driver.js";

/** State of a listening socket in the kernel's tables. */
const LISTEN = "0A";

/**
 * The addresses that a process listens on, as Linux has them: of IPv4 in the usual form, of IPv6 in the kernel's.
 * @throws Error on other systems.
 */
export function listenedAddresses(pid: number): readonly string[] {
  const sockets = new Set(readdirSync(`/proc/${pid}/fd`).map((fd) => linkOf(`/proc/${pid}/fd/${fd}`)));
  return ["tcp", "tcp6"].flatMap((table) =>
    readFileSync(`/proc/${pid}/net/${table}`, "utf8")
      .trim()
      .split("\n")
      .slice(1)
      .flatMap((line) => {
        const [, local = "", , state, , , , , , inode = ""] = line.trim().split(/\s+/);
        return state === LISTEN && sockets.has(`socket:[${inode}]`) ? [hostOf(local)] : [];
      }),
  );
}

/** Files are closed while one looks. */
function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
}

/** `0100007F:2328` is 127.0.0.1, port 9000. */
function hostOf(local: string): string {
  const [host = ""] = local.split(":");
  if (host.length > 8) return host;
  return [...Buffer.from(host, "hex")].reverse().join(".");
}

/** Whether somebody accepts connections at an address. */
export function isListening({ host, port }: Address): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const settle = (listening: boolean): void => {
      socket.destroy();
      resolve(listening);
    };
    socket.once("connect", () => settle(true));
    socket.once("error", () => settle(false));
  });
}

/** Whether a process is there; one that has ended and that nobody has asked for its end does not count. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    return !/^\d+ \(.*\) Z /s.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    // No such table on this system, or gone just now.
    return process.platform !== "linux";
  }
}
