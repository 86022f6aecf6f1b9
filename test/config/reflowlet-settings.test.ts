import { describe, expect, it } from "@jest/globals";
import { reflowletSettings, sealedReflowletSettings } from "../../src/config/reflowlet-settings.js";
import { load } from "./samples.js";

const DEFAULTS_2023 = {
  maxidleduration: 600_000,
  logmemstatsduration: 60_000,
  volumewatcher: {
    lowthresholdpct: 55,
    highthresholdpct: 75,
    watchersleepduration: 20_000,
    resizesleepduration: 5_000,
    fastthresholdduration: 86_400_000,
    fastincreasefactor: 20,
    slowincreasefactor: 5,
  },
};

describe("a reflowlet's settings", () => {
  it("are Reflow's own by default", () => {
    const settings = reflowletSettings({}, 2023);
    expect(settings).toEqual(DEFAULTS_2023);
  });

  it("take what is sealed, else flags, else defaults, field by field; zero is not set", () => {
    const settings = reflowletSettings(
      {
        reflowlet:
          "reflowletconfig,maxidleduration=30m,logstatsduration=2m,fastincreasefactor=3,resizesleepduration=1s",
        instances: {
          reflowletconfig: {
            maxidleduration: "20m",
            logmemstatsduration: 0,
            volumewatcher: { watchersleepduration: 7_000_000_000, lowthresholdpct: 10.5 },
          },
        },
      },
      2023,
    );
    expect(settings).toEqual({
      maxidleduration: 1_200_000,
      logmemstatsduration: 120_000,
      volumewatcher: {
        ...DEFAULTS_2023.volumewatcher,
        fastincreasefactor: 3,
        resizesleepduration: 1_000,
        watchersleepduration: 7_000,
        lowthresholdpct: 10.5,
      },
    });
  });

  it("are sealed in Go's words, for 2020 without the fields that it does not know", () => {
    const sealed = sealedReflowletSettings(reflowletSettings({}, 2020), 2020);
    expect(sealed).toEqual({
      maxidleduration: "10m0s",
      logmemstatsduration: "1m0s",
      volumewatcher: {
        lowthresholdpct: 55,
        highthresholdpct: 75,
        watchersleepduration: "1m0s",
        resizesleepduration: "5s",
        fastthresholdduration: "24h0m0s",
      },
    });
  });

  it("say how long an idle reflowlet stays", () => {
    const { maxIdleMs } = load("reflowlet: reflowletconfig,maxidleduration=90s");
    expect(maxIdleMs).toBe(90_000);
  });
});
