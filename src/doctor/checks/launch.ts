import type { ClusterListener } from "../../cluster/events.js";
import { checkBootstrapUrl } from "../../cluster/launch/bootstrap-url.js";
import type { Check } from "../check.js";
import { failure, ok, skipped, skippedFor, warning } from "../finding.js";

const ASKS = ["configuration", "credentials", "endpoint"];

/** The image is there, or the newest Flatcar can be found. */
export const image: Check = {
  name: "image",
  needs: ASKS,
  consequence: "no instance can be launched: allocate ends with exit code 2",
  async run({ config, look }) {
    const id = await look.image();
    return ok(config.cluster.ami === undefined ? `${id}, the newest stable Flatcar` : id);
  },
};

/** The key pair is there. */
export const keyPair: Check = {
  name: "key-pair",
  needs: ASKS,
  consequence: "every launch is refused",
  async run({ config, place }, signal) {
    const { keyName } = config.cluster;
    if (keyName === undefined) return skipped("the configuration names none");
    const found = await (await place()).account.keyPairs([keyName], signal);
    if (found.length > 0) return ok(keyName);
    return failure(
      2,
      `there is no key pair "${keyName}" in the region`,
      "every launch is refused (InvalidKeyPair.NotFound): allocate ends with exit code 2",
      "import one with `reflow-ec2 setup --key-name NAME --public-key FILE`, or leave `ec2cluster: keyname` out: `sshkey` needs none",
    );
  },
};

/** The instance profile is there and has a role. */
export const instanceProfile: Check = {
  name: "instance-profile",
  needs: ASKS,
  consequence: "every launch is refused",
  async run({ config, look }) {
    const { instanceProfile: wanted } = config.cluster;
    if (wanted === undefined) {
      return config.generation === 2023 ? skippedFor("settings") : skipped("the configuration names none");
    }
    const found = await look.profile();
    const make = "`reflow-ec2 setup --create-profile` makes one";
    if (found === undefined) {
      return failure(
        2,
        `there is no instance profile "${wanted}"`,
        "every launch is refused: allocate ends with exit code 2",
        `${make}, or name another with \`ec2cluster: instanceprofile\``,
      );
    }
    if (found.roles.length > 0) return ok(`${found.name}, with the role ${found.roles.join(", ")}`);
    return failure(
      7,
      `the instance profile "${found.name}" has no role`,
      "instances get no credentials: the bootstrap cannot fetch the reflowlet, and each is given up after 15 minutes",
      `put a role into it (aws iam add-role-to-instance-profile), or ${make}`,
    );
  },
};

/** The bootstrap's URL leads to a program. */
export const bootstrap: Check = {
  name: "bootstrap",
  needs: ["configuration", "region"],
  consequence: "every launch is refused: instances would find nothing to run",
  async run({ place }, signal) {
    const { core } = await place();
    if (core.checkBootstrap === undefined)
      return skipped("public addresses are not asked behind an endpoint of your own");
    const unreached: string[] = [];
    const onEvent: ClusterListener = (event) => {
      if (event.kind === "warning") unreached.push(event.message);
    };
    await checkBootstrapUrl({ ...core, onEvent }, signal);
    const [problem] = unreached;
    if (problem === undefined) return ok("a program is at its URL");
    return warning(
      problem,
      "whether instances can fetch it is not known; those that cannot are given up after 15 minutes",
      "look at the URL from a network like the instances', and at HTTPS_PROXY here",
    );
  },
};
