import { describe, expect, it } from "@jest/globals";
import { redirectUnclean } from "../../../../src/sandbox/machine/reflow/http-reply.js";

const call = (method: string, url: string): { method: string; url: string; body: string } => ({
  method,
  url,
  body: "",
});

describe("Go's server redirects a path that is not clean", () => {
  it.each([
    { url: "/v1//offers", location: "/v1/offers" },
    { url: "//v1/offers/", location: "/v1/offers/" },
    { url: "/v1/./allocs/../offers?a=b", location: "/v1/offers?a=b" },
    { url: "/../..", location: "/" },
    { url: "", location: "/" },
  ])("$url", ({ url, location }) => {
    expect(redirectUnclean(call("GET", url))).toEqual({
      status: 301,
      headers: { Location: location, "Content-Type": "text/html; charset=utf-8" },
      body: `<a href="${location}">Moved Permanently</a>.\n\n`,
    });
  });

  it("without a text for other methods", () => {
    expect(redirectUnclean(call("POST", "/v1//offers"))).toEqual({
      status: 301,
      headers: { Location: "/v1/offers" },
      body: "",
    });
  });

  it("with the signs of HTML taken out of the text", () => {
    expect(redirectUnclean(call("GET", "//<a>?\"&'"))?.body).toBe(
      '<a href="/&#60;a&#62;?&#34;&#38;&#39;">Moved Permanently</a>.\n\n',
    );
  });

  it.each(["/", "/v1/offers", "/v1/offers/", "/v1/offers?x=//y"])("not %s", (url) => {
    expect(redirectUnclean(call("GET", url))).toBeUndefined();
  });
});
