declare module "proxy-from-env" {
  /** The proxy that the environment gives for a URL; empty for none. */
  export function getProxyForUrl(url: string): string;
}
